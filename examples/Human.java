import static tandem.Tandem.*;

import tandem.*;

/// Four things that a human does, drawn by lot, each in a process of its own: 吃饭, 喝水, 玩耍, 厕所.
/// Who is at the toilet can do nothing else, so the others wait for an event.
///
/// `scripts/tandem examples/Human.java [--rounds N] [--pause SECONDS] [--today 吃饭,厕所,…]`
///
/// Without flags, the rounds are 10, 15, 6 and 30, and a round takes half a second.
void main(String[] args) {
    var flags = flags(args);
    var scripts =
            Map.of(
                    "吃饭", script("Eat"),
                    "喝水", script("Drink"),
                    "玩耍", script("Play"),
                    "厕所", script("Toilet"));
    var rounds = Map.of("吃饭", 10, "喝水", 15, "玩耍", 6, "厕所", 30);
    var pause = Double.parseDouble(flags.getOrDefault("--pause", "0.5"));

    var human = Array.of("i", 1, true);
    var e = new Event();
    var works = new ArrayList<Worker>();
    for (var thing : today(flags, List.of("吃饭", "喝水", "玩耍", "厕所"))) {
        var count = flags.getOrDefault("--rounds", rounds.get(thing).toString());
        works.add(
                named(thing)
                        .spawn(
                                scripts.get(thing),
                                human,
                                e,
                                works.size(),
                                Integer.parseInt(count),
                                pause));
    }
    joinAll(works);
}

/// What is done today: as `--today` says, or four draws.
List<String> today(Map<String, String> flags, List<String> things) {
    if (flags.containsKey("--today")) {
        var chosen = List.of(flags.get("--today").split(","));
        if (!things.containsAll(chosen)) {
            throw new IllegalArgumentException("--today knows " + things);
        }
        return chosen;
    }
    var random = new Random();
    return Stream.generate(() -> things.get(random.nextInt(things.size()))).limit(4).toList();
}

Map<String, String> flags(String[] args) {
    var known = List.of("--rounds", "--pause", "--today");
    var flags = new HashMap<String, String>();
    for (int i = 0; i < args.length; i += 2) {
        if (!known.contains(args[i]) || i + 1 == args.length) {
            throw new IllegalArgumentException(
                    "a flag of " + known + " and its value, not " + args[i]);
        }
        flags.put(args[i], args[i + 1]);
    }
    return flags;
}
