import static tandem.Tandem.arg;
import static tandem.Tandem.seconds;

import tandem.Event;
import tandem.bench.Crew;

import java.time.Duration;

private static final Duration DEADLINE = seconds(30);

/// Two workers wake each other through two events: the first sets `there`, the second awaits and
/// clears it and sets `back`, which the first awaits and clears. An operation is half of a trip.
void main() {
    Crew.Place place = arg(0);
    Event there = arg(1);
    Event back = arg(2);
    place.work(
            place.number() == 0
                    ? () -> {
                        for (int i = 0; i < Crew.BATCH; i++) {
                            there.set();
                            awaitAndClear(back);
                        }
                    }
                    : () -> {
                        for (int i = 0; i < Crew.BATCH; i++) {
                            awaitAndClear(there);
                            back.set();
                        }
                    });
}

void awaitAndClear(Event event) {
    if (!event.await(DEADLINE)) {
        throw new IllegalStateException("the other process does not answer");
    }
    event.clear();
}
