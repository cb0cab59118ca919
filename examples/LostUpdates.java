import static tandem.Tandem.*;

import tandem.*;

/// Four processes add 1 to one element, many times each. Who reads, adds and writes in three steps
/// loses what others write in between: without a lock, and also with one that is taken for each
/// step alone. Who holds the lock for the whole step, or uses `add`, loses nothing.
///
/// `scripts/tandem examples/LostUpdates.java [rounds]`, 20 000 rounds a process unless given
void main(String[] args) {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 20_000;
    count("no lock,   read, then write", Array.of("i", 1, false), "read, then write", rounds);
    count("with lock, read, then write", Array.of("i", 1, true), "read, then write", rounds);
    count("with lock, under a hold", Array.of("i", 1, true), "under a hold", rounds);
    count("with lock, add", Array.of("i", 1, true), "add", rounds);
}

void count(String title, Array a, String how, int rounds) {
    var ready = Array.of("i", 1);
    var start = new Event();
    var workers = new ArrayList<Worker>();
    for (int i = 0; i < 4; i++) {
        workers.add(spawn(script("Counter"), a, ready, start, rounds, how));
    }
    while (ready.get(0) < 4) {
        sleep(0.01);
    }
    start.set();
    joinAll(workers);
    long lost = 4L * rounds - a.get(0);
    IO.println("%-28s %7d of %d, %d lost".formatted(title, a.get(0), 4 * rounds, lost));
}
