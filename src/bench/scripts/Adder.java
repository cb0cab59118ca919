import static tandem.Tandem.arg;

import tandem.Array;
import tandem.bench.Crew;

/// Adds 1 to a shared cell, as a user writes it.
void main() {
    Array cell = arg(0);
    Crew.work(
            () -> {
                for (int i = 0; i < Crew.BATCH; i++) {
                    cell.add(0, 1);
                }
            });
}
