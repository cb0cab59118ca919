import static tandem.Tandem.arg;

import tandem.Array;
import tandem.Lock;
import tandem.bench.Crew;

/// A worker that takes and gives a lock as often as it can, and notes for each round how often that was within a span
/// of time that is the same for all, and its longest wait there in nanoseconds. The span begins when all are surely at
/// work, and who comes first says when; all work on for a while after it.
void main() {
    Crew.Place place = arg(0);
    Lock lock = arg(1);
    Array notes = arg(2);
    Array begins = arg(3);
    int crew = arg(4);
    long nanos = arg(5);
    long margin = arg(6);
    int[] rounds = {0};
    place.work(
            () -> {
                int round = rounds[0]++;
                try (var _ = begins.hold()) {
                    if (begins.get(round) == 0) {
                        begins.set(round, System.nanoTime() + margin);
                    }
                }
                long begin = begins.get(round);
                long end = begin + nanos;
                long count = 0;
                long longest = 0;
                long last = System.nanoTime();
                while (last < end + margin) {
                    lock.acquire();
                    long now = System.nanoTime();
                    if (now >= begin && now < end) {
                        count++;
                        longest = Math.max(longest, now - last);
                    }
                    lock.release();
                    last = System.nanoTime();
                }
                int at = 2 * (crew * round + place.number());
                notes.set(at, count);
                notes.set(at + 1, longest);
            });
}
