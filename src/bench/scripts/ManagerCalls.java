import static tandem.Tandem.arg;

import module java.base;

import tandem.bench.Crew;

/// A worker that asks a map which another process has.
void main() {
    Crew.Place place = arg(0);
    Map<String, Integer> map = arg(1);
    place.work(
            () -> {
                for (int i = 0; i < Crew.BATCH; i++) {
                    map.get("key");
                }
            });
}
