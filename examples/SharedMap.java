import static tandem.Tandem.*;

import tandem.*;

/// A map and a list that live here and are changed by workers, as in the documentation of Python's managers;
/// then two workers count into one map, each call of which is one step.
///
/// `scripts/tandem examples/SharedMap.java`
void main() {
    Map<Object, Object> map = Manager.map();
    List<Integer> list = Manager.list();
    list.addAll(IntStream.range(0, 10).boxed().toList());
    spawn((m, l) -> change(m, l), map, list).join();
    IO.println(map);
    IO.println(list);

    Map<String, Integer> counts = Manager.map();
    Code.Action1<Map<String, Integer>> count =
            c -> {
                for (int i = 0; i < 50; i++) {
                    c.merge(i % 2 == 0 ? "even" : "odd", 1, Integer::sum);
                }
            };
    joinAll(spawn(count, counts), spawn(count, counts));
    IO.println(counts);
}

void change(Map<Object, Object> map, List<Integer> list) {
    map.put(1, "one");
    map.put("two", 2);
    map.put(0.25, null);
    Collections.reverse(list);
}
