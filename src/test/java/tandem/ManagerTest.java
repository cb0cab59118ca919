package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tandem.Tandem.call;
import static tandem.Tandem.spawn;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.session.Session;
import tandem.session.Waits;
import tandem.sync.DeadlockException;
import tandem.sync.UncheckedInterruptedException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.stream.Stream;

@Timeout(60)
class ManagerTest implements WithWorkers {
    /// What a program manages of its own.
    interface Board {
        int place(String piece, int square) throws IOException;

        List<String> pieces();

        void play(Board other);

        default String show() {
            return String.join(" ", pieces());
        }

        void hang(Event entered, Event enough);

        Thread impossible();

        int fold(IntBinaryOperator operator);
    }

    /// Its state stays in one process.
    static final class MyBoard implements Board {
        private final List<String> pieces = new ArrayList<>();
        private final long pid = ProcessHandle.current().pid();

        @Override
        public int place(String piece, int square) throws IOException {
            WithWorkers.check(pid == ProcessHandle.current().pid(), "it runs where it was made");
            if (square < 0) {
                throw new IOException("no square " + square);
            }
            if (square > 63) {
                throw new IndexOutOfBoundsException("square " + square);
            }
            pieces.add(piece + square);
            return pieces.size();
        }

        @Override
        public List<String> pieces() {
            return pieces;
        }

        @Override
        public void play(Board other) {
            pieces.add("with " + other.show());
        }

        @Override
        public void hang(Event entered, Event enough) {
            entered.set();
            WithWorkers.await(enough);
            pieces.add("hung");
        }

        @Override
        public Thread impossible() {
            return Thread.currentThread();
        }

        @Override
        public int fold(IntBinaryOperator operator) {
            return operator.applyAsInt(operator.applyAsInt(1, 2), 3);
        }
    }

    private static void check(boolean fact, String claim) {
        WithWorkers.check(fact, claim);
    }

    @Test
    void noCallIsLost() {
        int rounds = 500;
        Map<String, Integer> counts = Manager.map();
        List<Integer> log = Manager.list();
        Code.Action0 work =
                () -> {
                    for (int i = 0; i < rounds; i++) {
                        counts.merge("n" + i % 3, 1, Integer::sum);
                        log.add(i);
                    }
                };
        Worker one = spawn(work);
        Worker two = spawn(work);
        Worker three = spawn(work);
        for (int i = 0; i < rounds; i++) {
            counts.merge("n" + i % 3, 1, Integer::sum);
        }
        end(one, two, three);
        assertThat(counts.values().stream().mapToInt(n -> n).sum()).isEqualTo(4 * rounds);
        assertThat(log).hasSize(3 * rounds);
        assertThat(Manager.behind(counts).stats().calls()).isGreaterThanOrEqualTo(4 * rounds);
    }

    @Test
    @Tag("once")
    void collectionsAreUsedAsAnyOther() {
        Map<String, Integer> map = Manager.map();
        map.put("a", 1);
        map.put("b", 2);
        List<String> list = Manager.list();
        list.add("x");
        Set<Integer> set = Manager.set();
        spawn(
                        (m, l, s) -> {
                            StringBuilder seen = new StringBuilder();
                            for (Map.Entry<String, Integer> entry : m.entrySet()) {
                                seen.append(entry.getKey()).append(entry.getValue());
                            }
                            check(seen.toString().equals("a1b2"), "a loop over entries: " + seen);
                            m.forEach((key, value) -> seen.append(key));
                            check(seen.toString().equals("a1b2ab"), "forEach runs here");
                            check(m.computeIfAbsent("c", String::length) == 1, "computed");
                            check(m.toString().equals("{a=1, b=2, c=1}"), "text " + m);
                            check(m.equals(Map.of("a", 1, "b", 2, "c", 1)), "equals");
                            check(Map.of("a", 1, "b", 2, "c", 1).equals(m), "equals it");
                            check(m.hashCode() == Map.copyOf(m).hashCode(), "hashCode");
                            check(m.keySet().stream().anyMatch("b"::equals), "a stream");
                            l.addAll(m.keySet());
                            l.removeIf(text -> text.equals("b"));
                            check(l.equals(List.of("x", "a", "c")), "list " + l);
                            check(List.of("x", "a", "c").equals(l), "a list equals it");
                            l.sort((p, q) -> p.compareTo(q));
                            check(l.subList(0, 2).equals(List.of("a", "c")), "a part");
                            check(l.toArray(String[]::new).length == 3, "an array");
                            l.stream().map(String::length).forEach(s::add);
                            Iterator<String> iterator = l.iterator();
                            iterator.next();
                            try {
                                iterator.remove();
                                check(false, "a copy is changed");
                            } catch (UnsupportedOperationException e) {
                                check(l.size() == 3, "nothing has happened");
                            }
                        },
                        map,
                        list,
                        set)
                .result();
        assertThat(map).hasToString("{a=1, b=2, c=1}");
        assertThat(list).containsExactly("a", "c", "x");
        assertThat(set).containsExactly(1);
    }

    @Test
    void ownInterfacesAreCalledWhereTheObjectIs() {
        Board board = Manager.of(Board.class, new MyBoard());
        Board same =
                call(
                                b -> {
                                    check(b.place("K", 4) == 1, "placed");
                                    check(b.show().equals("K4"), "a default method");
                                    int offset = 10;
                                    check(b.fold((x, y) -> x * y + offset) == 46, "a lambda");
                                    return b;
                                },
                                board)
                        .result();
        assertThat(same).isSameAs(board).isEqualTo(board);
        assertThat(board.pieces()).containsExactly("K4");
    }

    @Test
    @Tag("once")
    void whatIsThrownArrives() {
        Board board = Manager.of(Board.class, new MyBoard());
        Code.Action0 work =
                () -> {
                    try {
                        board.place("Q", 64);
                        check(false, "an exception");
                    } catch (IndexOutOfBoundsException e) {
                        check(e.getMessage().equals("square 64"), "message " + e);
                        check(
                                e.getStackTrace()[0].getClassName().equals(MyBoard.class.getName()),
                                "trace " + e.getStackTrace()[0]);
                        check(
                                e.getCause().getMessage().startsWith("thrown in MainProcess (pid"),
                                "cause " + e.getCause());
                    }
                    try {
                        board.place("Q", -1);
                        check(false, "a declared exception");
                    } catch (IOException e) {
                        check(e.getMessage().equals("no square -1"), "message " + e);
                    }
                    try {
                        board.fold(
                                (_, _) -> {
                                    throw new ArithmeticException("from the lambda");
                                });
                        check(false, "an exception of the lambda");
                    } catch (ArithmeticException e) {
                        check(e.getMessage().equals("from the lambda"), "message " + e);
                    }
                    try {
                        board.impossible();
                        check(false, "a sentence");
                    } catch (IllegalStateException e) {
                        check(
                                e.getMessage().contains("(java.lang.Thread) cannot travel back"),
                                "says " + e);
                    }
                };
        end(spawn(work));
        assertThatThrownBy(() -> board.place("Q", -1)).isInstanceOf(IOException.class);
    }

    @Test
    void theDeathOfItsProcessIsAnErrorAtOnce() {
        Map<String, Board> boards = Manager.map();
        Event made = new Event();
        Event entered = new Event();
        Event never = new Event();
        Worker owner =
                start(
                        "owner",
                        () -> {
                            Board board = Manager.of(Board.class, new MyBoard());
                            Manager.behind(board).named("the board");
                            boards.put("mine", board);
                            made.set();
                            WithWorkers.await(never);
                        });
        WithWorkers.await(made);
        Board board = boards.get("mine");
        String name = "owner (pid %d)".formatted(owner.pid());
        Beside<Void> caller =
                Beside.run(
                        () ->
                                assertThatExceptionOfType(WorkerException.class)
                                        .isThrownBy(() -> board.hang(entered, never))
                                        .withMessage(
                                                "the board is gone with %s, which had it and has"
                                                        + " ended",
                                                name));
        WithWorkers.await(entered);
        Beside<Void> waiter =
                Beside.run(
                        () ->
                                assertThatExceptionOfType(WorkerException.class)
                                        .isThrownBy(board::pieces)
                                        .withMessageContaining(name));
        Await.until("two are in calls", () -> Manager.behind(board).toString().contains("2 in"));
        long start = System.nanoTime();
        owner.kill();
        caller.end();
        waiter.end();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        owner.join();
        assertThatExceptionOfType(WorkerException.class)
                .isThrownBy(board::pieces)
                .withMessageStartingWith("the board is gone with " + name);
        assertThat(board).asString().contains("the board");
    }

    @Test
    void aCallerThatIsKilledHarmsNobody() {
        Board board = Manager.of(Board.class, new MyBoard());
        Event entered = new Event();
        Event enough = new Event();
        Worker victim = start("victim", () -> board.hang(entered, enough));
        WithWorkers.await(entered);
        kill(victim);
        enough.set();
        Await.until("the call has gone on", () -> board.pieces().contains("hung"));
        Event lent = new Event();
        Worker lender =
                start(
                        "lender",
                        () ->
                                board.fold(
                                        (x, y) -> {
                                            lent.set();
                                            WithWorkers.await(new Event());
                                            return x + y;
                                        }));
        WithWorkers.await(lent);
        kill(lender);
        assertThat(call(b -> b.fold((x, y) -> x + y), board).result()).isEqualTo(6);
    }

    @Test
    void callsGoBackAndForth() {
        Map<String, Board> boards = Manager.map();
        Event made = new Event();
        Event over = new Event();
        Worker owner =
                start(
                        "owner",
                        () -> {
                            boards.put("mine", Manager.of(Board.class, new MyBoard()));
                            made.set();
                            WithWorkers.await(over);
                        });
        WithWorkers.await(made);
        Board theirs = boards.get("mine");
        Board ours = Manager.of(Board.class, new MyBoard());
        assertThat(
                        theirs.fold(
                                (x, y) ->
                                        theirs.fold((p, q) -> x * p + y * q)
                                                + ours.fold((p, q) -> p + q)))
                .isEqualTo(fold((x, y) -> fold((p, q) -> x * p + y * q) + 6));
        theirs.play(ours);
        ours.play(theirs);
        assertThat(ours.pieces()).containsExactly("with with ");
        assertThat(
                        call(
                                        (a, b) -> {
                                            a.play(b);
                                            b.play(a);
                                            return a.show();
                                        },
                                        ours,
                                        theirs)
                                .result())
                .isEqualTo("with with  with with ");
        over.set();
        end(owner);
    }

    private static int fold(IntBinaryOperator operator) {
        return operator.applyAsInt(operator.applyAsInt(1, 2), 3);
    }

    @Test
    void itIsPassedOnFromWorkerToWorker() {
        Map<String, Integer> map = Manager.map();
        int value =
                call(
                                outer ->
                                        call(
                                                        inner -> {
                                                            inner.put("deep", 7);
                                                            return inner;
                                                        },
                                                        outer)
                                                .result()
                                                .get("deep"),
                                map)
                        .result();
        assertThat(value).isEqualTo(7);
        assertThat(map).containsEntry("deep", 7);
    }

    @Test
    @Tag("once")
    void whatIsManagedOrSharedStaysSo() {
        Map<String, Object> map = Manager.map();
        List<Integer> list = Manager.list();
        map.put("list", list);
        assertThat(map.get("list")).isSameAs(list);
        Array array =
                call(
                                m -> {
                                    List<Integer> inner = cast(m.get("list"));
                                    inner.add(3);
                                    check(inner == m.get("list"), "it is one object");
                                    Array mine = Array.of("i", List.of(1, 2));
                                    m.put("array", mine);
                                    mine.add(0, 10);
                                    check(m.get("array") == mine, "the same array");
                                    return mine;
                                },
                                map)
                        .result();
        assertThat(list).containsExactly(3);
        assertThat(map.get("array")).isSameAs(array);
        assertThat(array.get(0)).isEqualTo(11);
    }

    @Test
    void whatAWorkerPutsOutlivesIt() {
        Map<String, Array> map = Manager.map();
        end(spawn(m -> m.put("a", Array.of("i", List.of(1, 2))), map));
        end(
                spawn(
                        m -> {
                            check(m.get("a").get(1) == 2, "it is there");
                            m.get("a").add(1, 5);
                        },
                        map));
        assertThat(map.get("a").get(1)).isEqualTo(7);
        Path file = map.get("a").path();
        map.clear();
        Await.until(
                "it goes when nobody has it",
                () -> {
                    System.gc();
                    return Files.notExists(file);
                });
    }

    @SuppressWarnings("unchecked")
    private static <T> T cast(Object object) {
        return (T) object;
    }

    @Test
    void oneCallAtATime() {
        int threads = 4;
        Board board = Manager.of(Board.class, new MyBoard());
        Event entered = new Event();
        Event enough = new Event();
        Worker first = start("first", () -> board.hang(entered, enough));
        WithWorkers.await(entered);
        List<Beside<String>> waiting =
                Stream.generate(() -> Beside.call(board::show)).limit(threads).toList();
        Manager manager = Manager.behind(board);
        Waits.Target target = Waits.Target.ofFile(manager.path().getFileName().toString());
        Await.until(
                "all wait",
                () ->
                        manager.session().roster().waits().all().stream()
                                        .filter(wait -> wait.target().equals(target))
                                        .filter(wait -> wait.holder() == manager.session().holder())
                                        .count()
                                == threads);
        assertThat(waiting).noneMatch(Beside::isDone);
        enough.set();
        assertThat(waiting).allMatch(one -> one.end().equals("hung"));
        end(first);
        assertThat(manager.stats().waits()).isGreaterThanOrEqualTo(threads);
    }

    @Test
    void classesForManyThreadsSeeToThatThemselves() {
        BlockingQueue<String> queue =
                cast(Manager.of(BlockingQueue.class, new LinkedBlockingQueue<String>()));
        Worker taker = start("taker", () -> check(queue.take().equals("now"), "it is taken"));
        Manager manager = Manager.behind(queue);
        Await.until("it waits", () -> manager.toString().contains("1 in calls"));
        queue.add("now");
        end(taker);
    }

    @Test
    void anInterruptEndsTheWaitOfACaller() {
        Map<String, Board> boards = Manager.map();
        Event made = new Event();
        Event over = new Event();
        Worker owner =
                start(
                        "owner",
                        () -> {
                            boards.put("mine", Manager.of(Board.class, new MyBoard()));
                            made.set();
                            WithWorkers.await(over);
                        });
        WithWorkers.await(made);
        Board board = boards.get("mine");
        Event entered = new Event();
        Event enough = new Event();
        Beside<Boolean> caller =
                Beside.call(
                        () -> {
                            assertThatExceptionOfType(UncheckedInterruptedException.class)
                                    .isThrownBy(() -> board.hang(entered, enough))
                                    .withMessageStartingWith("interrupted while calling hang of ");
                            return Thread.currentThread().isInterrupted();
                        });
        WithWorkers.await(entered);
        caller.interrupt();
        assertThat(caller.end()).isTrue();
        enough.set();
        Await.until("the call has gone on", () -> board.pieces().contains("hung"));
        over.set();
        end(owner);
    }

    @Test
    void virtualThreadsCallToo() {
        Map<Integer, Integer> map = Manager.map();
        end(
                spawn(
                        m -> {
                            try (ExecutorService many =
                                    Executors.newVirtualThreadPerTaskExecutor()) {
                                List<Future<Integer>> all =
                                        Stream.generate(
                                                        () ->
                                                                many.submit(
                                                                        () ->
                                                                                m.merge(
                                                                                        1,
                                                                                        1,
                                                                                        Integer
                                                                                                ::sum)))
                                                .limit(100)
                                                .toList();
                                for (Future<Integer> one : all) {
                                    one.get();
                                }
                            }
                        },
                        map));
        assertThat(map).containsEntry(1, 100);
    }

    @Test
    void closingEndsItForAll() {
        Map<String, Integer> map = Manager.map();
        Event closed = new Event();
        Event ready = new Event();
        Worker user =
                start(
                        "user",
                        () -> {
                            map.put("a", 1);
                            ready.set();
                            WithWorkers.await(closed);
                            try {
                                map.put("b", 2);
                                check(false, "it is refused");
                            } catch (IllegalStateException e) {
                                check(
                                        e.getMessage().matches("manager-\\d+ is closed.*"),
                                        "says " + e.getMessage());
                            }
                        });
        WithWorkers.await(ready);
        Manager manager = Manager.behind(map);
        manager.close();
        closed.set();
        end(user);
        assertThatIllegalStateException()
                .isThrownBy(() -> map.get("a"))
                .withMessage(manager.name() + " is closed");
        assertThat(map).hasToString("Manager(%s, closed)".formatted(manager.name()));
    }

    @Test
    @Tag("once")
    void itIsAttachedByItsPath() {
        Map<String, Integer> map = Manager.map();
        Path path = Manager.behind(map).named("scores").path();
        Map<String, Integer> attached = Manager.attach(path).as(Map.class);
        assertThat(attached).isSameAs(map);
        int size =
                call(
                                text -> {
                                    Map<String, Integer> same =
                                            Manager.attach(Path.of(text)).as(Map.class);
                                    same.put("a", 1);
                                    return same.size();
                                },
                                path.toString())
                        .result();
        assertThat(size).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Manager.attach(path).<List<String>>as(List.class))
                .withMessage("scores is managed as java.util.Map, and not as java.util.List");
        assertThat(Manager.behind(map)).hasToString("Manager(scores, 0 in calls)");
    }

    @Test
    @Tag("once")
    void sortedViewsStaySorted() {
        NavigableMap<String, Integer> map =
                cast(Manager.of(NavigableMap.class, new TreeMap<>(Map.of("b", 2, "a", 1))));
        end(
                spawn(
                        m -> {
                            check(m.firstEntry().getKey().equals("a"), "an entry");
                            check(m.headMap("b").equals(Map.of("a", 1)), "a part");
                            check(m.descendingMap().firstKey().equals("b"), "the other way");
                            check(m.navigableKeySet().higher("a").equals("b"), "its keys");
                        },
                        map));
    }

    @Test
    @Tag("once")
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Manager.of(ArrayList.class, new ArrayList<>()))
                .withMessageStartingWith(
                        "ArrayList is no interface: Manager.of takes an interface");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Manager.behind(new HashMap<>()))
                .withMessageStartingWith("this HashMap is not managed");
        Map<String, Object> map = Manager.map();
        end(
                spawn(
                        m -> {
                            try {
                                m.put("thread", Thread.currentThread());
                                check(false, "it is refused");
                            } catch (IllegalArgumentException e) {
                                check(
                                        e.getMessage()
                                                .startsWith(
                                                        "argument 1 (java.lang.Thread) cannot"
                                                                + " travel"),
                                        "says " + e.getMessage());
                            }
                            check(m.isEmpty(), "nothing has happened");
                        },
                        map));
        Function<Integer, Integer> lambda = x -> x;
        end(
                spawn(
                        m -> {
                            Function<Integer, Integer> f = x -> x;
                            try {
                                m.put("lambda", f);
                                check(false, "it is refused");
                            } catch (IllegalArgumentException e) {
                                check(e.getMessage().contains("a lambda"), "says " + e);
                            }
                        },
                        map));
        map.put("lambda", lambda);
    }

    @Test
    void aLongCallIsShownAsAWaitOfTheCaller() {
        Board board = Manager.of(Board.class, new MyBoard());
        Manager.behind(board).named("the board");
        Event entered = new Event();
        Event enough = new Event();
        Worker one = start("one", () -> board.hang(entered, enough));
        WithWorkers.await(entered);
        Worker two = start("two", board::show);
        Session session = Session.current();
        Await.until(
                "the callers wait, and the one in the object for its event",
                () ->
                        session.roster().waits().all().stream()
                                .map(wait -> session.roster().name(wait.holder()))
                                .sorted()
                                .toList()
                                .equals(List.of("MainProcess", "one", "two")));
        enough.set();
        end(one, two);
        assertThat(session.roster().waits().all()).isEmpty();
    }

    @Test
    void aCircleThroughManagedObjectsIsFound() {
        Map<String, Board> boards = Manager.map();
        Event made = new Event();
        Event entered = new Event();
        Event enough = new Event();
        Event over = new Event();
        Worker owner =
                start(
                        "owner",
                        () -> {
                            Board mine = Manager.of(Board.class, new MyBoard());
                            Manager.behind(mine).named("theirs");
                            boards.put("theirs", mine);
                            made.set();
                            mine.fold(
                                    (x, y) -> {
                                        entered.set();
                                        WithWorkers.await(enough);
                                        try {
                                            return boards.get("ours").fold((p, q) -> p + q);
                                        } catch (DeadlockException e) {
                                            checkCircle(e, "theirs", "ours");
                                            boards.put("given up", null);
                                            return 0;
                                        }
                                    });
                            WithWorkers.await(over);
                        });
        WithWorkers.await(made);
        Board theirs = boards.get("theirs");
        Board ours = Manager.of(Board.class, new MyBoard());
        Manager.behind(ours).named("ours");
        boards.put("ours", ours);
        WithWorkers.await(entered);
        try {
            ours.fold(
                    (x, y) -> {
                        enough.set();
                        return theirs.fold((p, q) -> p + q);
                    });
            assertThat(boards).containsKey("given up");
        } catch (DeadlockException e) {
            checkCircle(e, "ours", "theirs");
            assertThat(boards).doesNotContainKey("given up");
        }
        over.set();
        end(owner);
    }

    /// Either of the two may be the last that waits, and give up.
    private static void checkCircle(DeadlockException e, String held, String awaited) {
        String text = e.getMessage();
        check(text.contains(" waits for " + awaited), "says " + e);
        check(text.contains("holds %s and waits for %s".formatted(awaited, held)), "says " + e);
        check(text.endsWith("holds %s and gives up waiting".formatted(held)), "says " + e);
    }

    @Test
    void aCircleThroughALockAndACallIsFound() {
        Lock lock = new Lock("door");
        Board board = Manager.of(Board.class, new Locking(lock));
        Event held = new Event();
        Worker worker =
                start(
                        "worker",
                        () -> {
                            lock.acquire();
                            held.set();
                            try {
                                board.show();
                            } finally {
                                lock.release();
                            }
                        });
        WithWorkers.await(held);
        assertThat(worker.join(Await.PATIENCE)).isTrue();
        assertThat(worker.exitCode()).isEqualTo(1);
        assertThatExceptionOfType(DeadlockException.class).isThrownBy(worker::result);
    }

    /// One whose methods take a lock.
    private record Locking(Lock lock) implements Board {
        @Override
        public List<String> pieces() {
            try (var _ = lock.hold()) {
                return List.of();
            }
        }

        @Override
        public int place(String piece, int square) {
            return 0;
        }

        @Override
        public void play(Board other) {}

        @Override
        public void hang(Event entered, Event enough) {}

        @Override
        public Thread impossible() {
            return null;
        }

        @Override
        public int fold(IntBinaryOperator operator) {
            return 0;
        }
    }
}
