import static tandem.Tandem.arg;

import tandem.Array;
import tandem.bench.Crew;

/// Adds 1 to a shared cell, as a user writes it.
void main() {
    Crew.Place place = arg(0);
    Array cell = arg(1);
    place.work(
            () -> {
                for (int i = 0; i < Crew.BATCH; i++) {
                    cell.add(0, 1);
                }
            });
}
