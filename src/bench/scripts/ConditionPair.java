import static tandem.Tandem.arg;

import tandem.Condition;
import tandem.Held;
import tandem.Lock;
import tandem.Value;
import tandem.bench.Crew;

/// Two workers take turns under a lock, and wake each other by a condition. An operation is half of a
/// trip.
void main() {
    Crew.Place place = arg(0);
    Lock lock = arg(1);
    Condition changed = arg(2);
    Value turn = arg(3);
    int own = place.number();
    place.work(
            () -> {
                for (int i = 0; i < Crew.BATCH; i++) {
                    try (Held _ = lock.hold()) {
                        while (turn.get() != own) {
                            changed.await();
                        }
                        turn.set(1 - own);
                        changed.signal();
                    }
                }
            });
}
