import static tandem.Tandem.arg;

import tandem.Queue;
import tandem.bench.Crew;

/// Workers of which every other one puts items into a queue, and the others take them. An operation is a
/// put or a take.
void main() {
    Crew.Place place = arg(0);
    Queue<Object> queue = arg(1);
    Object item = arg(2);
    place.work(
            place.number() % 2 == 0
                    ? () -> {
                        for (int i = 0; i < Crew.BATCH; i++) {
                            queue.put(item);
                        }
                    }
                    : () -> {
                        for (int i = 0; i < Crew.BATCH; i++) {
                            queue.take();
                        }
                    });
}
