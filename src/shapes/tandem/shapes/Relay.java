package tandem.shapes;

import java.util.List;

/// The classes of a program that let its code go another [Way] than by `call`.
final class Relay {
    /// A class of a library, which names none of a program: what its code starts knows no program.
    static final String TAKER =
            """
            package relay;

            import tandem.*;

            public final class Taker {
                private static Object[] run(Object code) {
                    try {
                        return new Object[] {((Code.Function0<?>) code).call(), null};
                    } catch (Throwable thrown) {
                        return new Object[] {null, thrown};
                    }
                }

                public static Worker runs(Queue<Object> there, Queue<Object[]> back) {
                    return Tandem.spawn((t, b) -> b.put(run(t.take())), there, back);
                }

                public static Worker runs(Pipe.End<Object> end) {
                    return Tandem.spawn(e -> e.send(run(e.receive())), end);
                }

                public static Worker echoes(Queue<Object> there, Queue<Object> back) {
                    return Tandem.spawn((t, b) -> b.put(t.take()), there, back);
                }

                public static Code.Function1<Code.Function0<Object>, Object> caller() {
                    return code -> code.call();
                }
            }
            """;

    private static final String OPEN =
            """
                static Object open(Object[] came) throws Exception {
                    if (came == null) throw new IllegalStateException("nothing came");
                    if (came[1] instanceof Exception e) throw e;
                    if (came[1] instanceof Error e) throw e;
                    return came[0];
                }
            """;

    private static final String QUEUE =
            """
            class Relay# {
                static Object pass(Code.Function0<Object> code) throws Exception {
                    var there = new Queue<Object>();
                    var back = new Queue<Object[]>();
                    Worker worker = relay.Taker.runs(there, back);
                    there.put(code);
                    Object[] came = back.poll(seconds(20));
                    worker.kill();
                    return open(came);
                }
            %s}\
            """;

    private static final String PIPE =
            """
            class Relay# {
                static Object pass(Code.Function0<Object> code) throws Exception {
                    var pipe = new Pipe<Object>();
                    Worker worker = relay.Taker.runs(pipe.right());
                    pipe.left().send(code);
                    Object[] came = (Object[]) pipe.left().receive(seconds(20));
                    worker.kill();
                    return open(came);
                }
            %s}\
            """;

    private static final String MAP =
            """
            class Relay# {
                static Object pass(Code.Function0<Object> code) throws Exception {
                    var pool = new Pool(1);
                    try {
                        return pool.map(relay.Taker.caller(), List.of(code)).getFirst();
                    } finally {
                        pool.shutdownNow();
                    }
                }
            }\
            """;

    private static final String SUBMIT =
            """
            class Relay# {
                static Object pass(Code.Function0<Object> code) throws Exception {
                    var pool = new Pool(1);
                    try {
                        return pool.submit(code).get(20, java.util.concurrent.TimeUnit.SECONDS);
                    } catch (java.util.concurrent.ExecutionException e) {
                        if (e.getCause() instanceof Exception x) throw x;
                        throw (Error) e.getCause();
                    } finally {
                        pool.shutdownNow();
                    }
                }
            }\
            """;

    private static final String ECHO =
            """
            class Relay# {
                static Object pass(Object thing) throws Exception {
                    var there = new Queue<Object>();
                    var back = new Queue<Object>();
                    Worker worker = relay.Taker.echoes(there, back);
                    there.put(thing);
                    Object came = back.poll(seconds(20));
                    worker.kill();
                    return came;
                }
                static String thrown(Object by) throws Exception {
                    if (by instanceof Exception e) throw e;
                    throw (Error) by;
                }
            }\
            """;

    private static final String DESK = "interface Desk# {\n    Object pass(Object things);\n}";
    private static final String TRAY =
            """
            class Tray# implements Desk# {
                public Object pass(Object things) { return things; }
            }\
            """;

    private Relay() {}

    /// The types to be declared.
    static List<String> types(Way way, String suffix) {
        List<String> types =
                switch (way) {
                    case CALL -> List.of();
                    case SUBMIT -> List.of(SUBMIT);
                    case MANAGER -> List.of(DESK, TRAY);
                    case QUEUE -> List.of(QUEUE.formatted(OPEN));
                    case PIPE -> List.of(PIPE.formatted(OPEN));
                    case MAP -> List.of(MAP);
                    case ECHO -> List.of(ECHO);
                };
        return types.stream().map(type -> type.replace("#", suffix)).toList();
    }
}
