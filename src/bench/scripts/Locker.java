import static tandem.Tandem.arg;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import tandem.Array;
import tandem.Lock;
import tandem.bench.Crew;

import java.lang.foreign.MemorySegment;

/// Takes the lock of a shared cell, increments the raw int and releases, as a C programmer writes
/// it.
void main() {
    Crew.Place place = arg(0);
    Array cell = arg(1);
    Lock lock = cell.lock();
    MemorySegment segment = cell.segment();
    place.work(
            () -> {
                for (int i = 0; i < Crew.BATCH; i++) {
                    lock.acquire();
                    segment.set(JAVA_INT, 0, segment.get(JAVA_INT, 0) + 1);
                    lock.release();
                }
            });
}
