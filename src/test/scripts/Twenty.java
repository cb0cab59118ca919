import static tandem.Tandem.*;

import tandem.*;

/// Four workers that change twenty arrays, each about two thousand times a second. Says "ready" when
/// they have been started.
void main() {
    var arrays = new ArrayList<Array>();
    for (int i = 0; i < 20; i++) {
        arrays.add(Array.of("i", 100));
    }
    for (int i = 0; i < 4; i++) {
        spawn(all -> change(all), arrays);
    }
    IO.println("ready");
    sleep(3600);
}

static void change(List<Array> arrays) {
    for (var random = new Random(); ; sleep(0.01)) {
        for (int i = 0; i < 20; i++) {
            arrays.get(random.nextInt(20)).add(random.nextInt(100), 1);
        }
    }
}
