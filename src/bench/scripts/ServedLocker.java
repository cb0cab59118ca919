import static tandem.Tandem.arg;

import tandem.Lock;
import tandem.bench.Crew;

/// Takes a lock that lives on a server, and releases it.
void main() {
    Crew.Place place = arg(0);
    Lock lock = arg(1);
    place.work(
            () -> {
                for (int i = 0; i < Crew.BATCH; i++) {
                    lock.acquire();
                    lock.release();
                }
            });
}
