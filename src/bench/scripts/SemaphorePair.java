import static tandem.Tandem.arg;

import tandem.Semaphore;
import tandem.bench.Crew;

/// Two workers wake each other through two semaphores. An operation is half of a trip.
void main() {
    Crew.Place place = arg(0);
    Semaphore there = arg(1);
    Semaphore back = arg(2);
    place.work(
            place.number() == 0
                    ? () -> {
                        for (int i = 0; i < Crew.BATCH; i++) {
                            there.release();
                            back.acquire();
                        }
                    }
                    : () -> {
                        for (int i = 0; i < Crew.BATCH; i++) {
                            there.acquire();
                            back.release();
                        }
                    });
}
