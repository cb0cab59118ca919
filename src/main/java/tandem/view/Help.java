package tandem.view;

/// What there is to type, on one screen of 80 × 24. Each line can be typed as it stands.
final class Help {
    static final String TEXT =
            """
            var a = Array.of("i", 3, true)          // 3 shared ints, with a lock
            a.set(0, 5); a.get(0); a.add(0, 1)      // elements; add is one step
            a.slice(); a.slice(1, null)             // a copy, by Python's rules
            try (var held = a.hold()) { a.set(1, a.get(1) + 1); }  // alone with it
            var lock = new Lock(); lock.acquire(); lock.release()
            var e = new Event(); e.set(); e.await(seconds(1))

            var p = spawn(workA, a, 3)              // a script, in a JVM of its own
            var q = spawn(x -> x.add(0, 1), a)      // code, in a JVM of its own
            var r = named("third").spawn(() -> { a.add(2, 1); e.await(); })
            call(x -> x.get(0) * 2, a).result()     // code that returns something
            joinAll(p, q, r); p.join(seconds(1))    // wait for the end
            p.exitCode(); q.stats()                 // how it ended, what it waited
            r.terminate(); r.kill()                 // end it: tidily, at once
            current(); workers()                    // this process, and who runs

            top()                                   // who shares, holds, waits
            watch(a, seconds(1))                    // an array, drawn live
            """;

    private Help() {}
}
