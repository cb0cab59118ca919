import static tandem.Tandem.arg;

import tandem.Array;
import tandem.Lock;
import tandem.bench.Crew;

/// A worker that takes and gives a lock as often as it can for a while, and notes for each round how often that was,
/// and its longest wait in nanoseconds.
void main() {
    Crew.Place place = arg(0);
    Lock lock = arg(1);
    Array notes = arg(2);
    int crew = arg(3);
    long nanos = arg(4);
    int[] round = {0};
    place.work(
            () -> {
                long count = 0;
                long longest = 0;
                long last = System.nanoTime();
                long end = last + nanos;
                while (last < end) {
                    lock.acquire();
                    longest = Math.max(longest, System.nanoTime() - last);
                    lock.release();
                    count++;
                    last = System.nanoTime();
                }
                int at = 2 * (crew * round[0]++ + place.number());
                notes.set(at, count);
                notes.set(at + 1, longest);
            });
}
