package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static tandem.Tandem.call;
import static tandem.Tandem.millis;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.net.OnServer;
import tandem.session.Session;
import tandem.session.Waits;
import tandem.sync.UncheckedInterruptedException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

class QueueTest implements WithWorkers {
    private static final int EACH = 20_000;
    private static final int SENDER_SHIFT = 32;

    private record Point(int x, List<Point> next) {}

    private enum Color {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "green";
            }
        }
    }

    /// Not Serializable.
    private static final class Counter {
        private final Color color = Color.GREEN;
    }

    private static <T> List<T> drain(Queue<T> queue) {
        List<T> items = new ArrayList<>();
        for (T item = queue.poll(); item != null; item = queue.poll()) {
            items.add(item);
        }
        return items;
    }

    @Test
    void eachItemGoesToOneTakerInTheOrderOfItsSender() {
        Queue<Long> queue = Queue.within(4096);
        int each = WithWorkers.rounds(EACH);
        Code.Function1<Queue<Long>, Long> sum =
                q -> {
                    long[] last = {-1, -1, -1};
                    long total = 0;
                    for (long item : q) {
                        int sender = (int) (item >>> SENDER_SHIFT);
                        WithWorkers.check((int) item > last[sender], "the order is kept");
                        last[sender] = (int) item;
                        total += item;
                    }
                    return total;
                };
        List<Call<Long>> takers = List.of(call(sum, queue), call(sum, queue), call(sum, queue));
        List<Worker> senders = new ArrayList<>();
        for (long sender = 0; sender < 3; sender++) {
            long high = sender << SENDER_SHIFT;
            senders.add(
                    start(
                            "sender-" + sender,
                            () -> {
                                for (int i = 0; i < each; i++) {
                                    queue.put(high | i);
                                }
                            }));
        }
        end(senders.toArray(Worker[]::new));
        queue.close();
        long expected =
                LongStream.range(0, 3)
                        .flatMap(s -> LongStream.range(0, each).map(i -> s << SENDER_SHIFT | i))
                        .sum();
        assertThat(takers.stream().mapToLong(Call::result).sum()).isEqualTo(expected);
        assertThat(queue.stats().taken()).isEqualTo(3 * each);
    }

    @Test
    @OnServer.Not("nothing is deserialised there")
    void whateverCanGoToAWorkerCanBeAnItem() throws Exception {
        Queue<Object> there = new Queue<>();
        Queue<Object> back = new Queue<>();
        Array array = Array.of("i", 3);
        Code.Function1<Integer, Integer> code = x -> x + (int) array.get(1);
        List<Object> items =
                List.of(
                        1,
                        -1L,
                        2.5,
                        1.5f,
                        'ü',
                        (byte) 7,
                        (short) 8,
                        true,
                        "",
                        "text",
                        "文字 \ud83d",
                        List.of("a", 1),
                        Map.of(1, 2L),
                        Color.GREEN,
                        new Point(1, List.of(new Point(2, List.of()))),
                        array,
                        array.lock());
        Worker worker =
                start(
                        "echo",
                        () -> {
                            for (Object item : there) {
                                back.put(item);
                            }
                            back.close();
                        });
        items.forEach(there::put);
        there.put(new int[] {1, 2});
        there.put(new boolean[] {true, false});
        there.put(new byte[0]);
        there.put(code);
        there.put(new Counter());
        there.close();
        end(worker);
        List<Object> came = drain(back);
        assertThat(came.subList(0, items.size())).isEqualTo(items);
        assertThat(came.get(items.size())).isEqualTo(new int[] {1, 2});
        assertThat(came.get(items.size() + 1)).isEqualTo(new boolean[] {true, false});
        assertThat(came.get(items.size() + 2)).isEqualTo(new byte[0]);
        @SuppressWarnings("unchecked")
        Code.Function1<Integer, Integer> code2 =
                (Code.Function1<Integer, Integer>) came.get(items.size() + 3);
        assertThat(Code.run(code2, 1)).isEqualTo(1);
        assertThat(came.get(items.size() + 4))
                .isInstanceOfSatisfying(
                        Counter.class, counter -> assertThat(counter.color).isSameAs(Color.GREEN));
        assertThat(came).contains(Color.GREEN).element(items.indexOf(array)).isSameAs(array);
    }

    @Test
    void itIsBoundedByANumberOfItemsOfAnySize() {
        Queue<byte[]> queue = new Queue<>(3);
        byte[] large = new byte[3_000_000];
        large[7] = 7;
        queue.put(large);
        queue.put(large);
        assertThat(queue.offer(new byte[1])).isTrue();
        assertThat(queue.offer(new byte[1])).isFalse();
        assertThat(queue.put(new byte[1], millis(20))).isFalse();
        assertThat(queue).hasToString("Queue(%s, 3 of 3 items)".formatted(queue.name()));
        Beside<Void> fourth = Beside.run(() -> queue.put(new byte[4]));
        assertThat(queue.take()).isEqualTo(large);
        fourth.end();
        assertThat(drain(queue)).extracting(bytes -> bytes.length).containsExactly(3_000_000, 1, 4);
        assertThat(filesBeside(queue)).isEmpty();
    }

    /// What an empty item leaves would not do for the name of a file.
    @Test
    @OnServer.Not("of a file")
    void anItemBesideDoesNotLieOnOthers() {
        Queue<byte[]> queue = new Queue<>(3, 4096, Session.current());
        int[] sizes = {0, 2040, 2032};
        for (int size : sizes) {
            queue.put(new byte[size]);
        }
        assertThat(queue.take()).isEmpty();
        queue.put(new byte[500]);
        assertThat(drain(queue)).extracting(bytes -> bytes.length).containsExactly(2040, 2032, 500);
        assertThat(filesBeside(queue)).isEmpty();
    }

    private static List<String> filesBeside(Queue<?> queue) {
        return queue.isServed() ? List.of() : filesBeside(queue.path());
    }

    private static List<String> filesBeside(Path queue) {
        String[] names = queue.getParent().toFile().list();
        return Stream.of(names)
                .filter(name -> name.startsWith(queue.getFileName() + "-item"))
                .toList();
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void whatIsLargeAndWasNotTakenGoesWithTheQueue() {
        Path queue = leaveOneWithALargeItem();
        Await.until(
                "nothing is left",
                () -> {
                    System.gc();
                    return Files.notExists(queue) && filesBeside(queue).isEmpty();
                });
    }

    private static Path leaveOneWithALargeItem() {
        Queue<byte[]> queue = new Queue<>();
        queue.put(new byte[3_000_000]);
        assertThat(filesBeside(queue)).hasSize(1);
        return queue.path();
    }

    @Test
    void itIsBoundedByBytes() {
        Queue<byte[]> queue = Queue.ofBytes(4096);
        int items = 0;
        while (queue.offer(new byte[56])) {
            items++;
        }
        assertThat(items).isEqualTo(4096 / 64);
        assertThat(queue.size()).isEqualTo(items);
        Beside<Void> larger = Beside.run(() -> queue.put(new byte[1000]));
        for (int i = 0; i < items; i++) {
            assertThat(queue.take()).hasSize(56);
        }
        larger.end();
        assertThat(queue.take()).hasSize(1000);
        for (int size = 0; size < 9000; size += 77) {
            byte[] bytes = new byte[size];
            Arrays.fill(bytes, (byte) size);
            queue.put(bytes);
            queue.put(new byte[] {1});
            assertThat(queue.take()).isEqualTo(bytes);
            assertThat(queue.take()).containsExactly(1);
        }
        assertThat(filesBeside(queue)).isEmpty();
    }

    @Test
    void closedItGivesWhatItHasAndTakesNothing() {
        Queue<String> queue = new Queue<>(1);
        Beside<List<String>> loop =
                Beside.call(
                        () -> {
                            List<String> all = new ArrayList<>();
                            queue.forEach(all::add);
                            return all;
                        });
        queue.put("a");
        queue.put("b");
        queue.close();
        queue.close();
        assertThat(loop.end()).containsExactly("a", "b");
        assertThat(queue.isClosed()).isTrue();
        assertThat(queue).hasToString("Queue(%s, closed, 0 of 1 items)".formatted(queue.name()));
        assertThat(queue.poll()).isNull();
        assertThat(queue.poll(Await.PATIENCE)).isNull();
        assertThatExceptionOfType(QueueClosedException.class)
                .isThrownBy(queue::take)
                .withMessage(queue.name() + " is closed and empty: nothing will come any more");
        assertThatExceptionOfType(QueueClosedException.class)
                .isThrownBy(() -> queue.offer("c"))
                .withMessage(queue.name() + " is closed: nothing can be put into it");
    }

    @Test
    void whoWaitsLearnsThatItIsClosed() {
        Queue<Integer> full = new Queue<>(1);
        full.put(1);
        Beside<Void> putter = Beside.run(() -> full.put(2));
        Queue<Integer> empty = new Queue<>();
        Beside<Integer> taker = Beside.call(empty::take);
        Await.until("both wait", () -> isWaiting(full) && isWaiting(empty));
        full.close();
        empty.close();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(putter::end)
                .withCauseInstanceOf(QueueClosedException.class);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(taker::end)
                .withCauseInstanceOf(QueueClosedException.class);
        assertThat(full.take()).isEqualTo(1);
    }

    private static boolean isWaiting(Queue<?> queue) {
        if (queue.isServed()) {
            return OnServer.isWaitedFor(queue.served(), 't')
                    || OnServer.isWaitedFor(queue.served(), 'p');
        }
        return queue.session().roster().waits().all().stream()
                .anyMatch(wait -> wait.target().equals(Waits.Target.ofFile(file(queue))));
    }

    private static String file(Queue<?> queue) {
        return queue.path().getFileName().toString();
    }

    @Test
    void whatAKilledSenderHasPutIsThereAndNothingElse() {
        Queue<Integer> queue = new Queue<>();
        Worker sender =
                start(
                        "sender",
                        () -> {
                            for (int i = 0; ; i++) {
                                queue.put(i);
                            }
                        });
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            taken.add(queue.take());
        }
        kill(sender);
        taken.addAll(drain(queue));
        assertThat(taken).isEqualTo(IntStream.range(0, taken.size()).boxed().toList());
        queue.put(-1);
        assertThat(queue.take()).isEqualTo(-1);
    }

    @Test
    void aKilledTakerHasHadAnItemOrLeftIt() {
        Queue<Integer> queue = new Queue<>();
        Array last = Array.of("i", 1);
        int all = WithWorkers.rounds(100_000);
        IntStream.range(0, all).forEach(queue::put);
        Worker taker =
                start(
                        "taker",
                        () -> {
                            for (int item : queue) {
                                last.set(0, item);
                            }
                        });
        Await.until("it takes", () -> last.get(0) > 100);
        kill(taker);
        List<Integer> left = drain(queue);
        int first = all - left.size();
        assertThat(left).isEqualTo(IntStream.range(first, all).boxed().toList());
        assertThat(first - (int) last.get(0)).isBetween(1, 2);
    }

    @Test
    @OnServer.Not("of a file")
    void whatAKilledSenderLeavesBesideIsDeleted() {
        for (int round = 0; round < 5; round++) {
            Queue<byte[]> queue = new Queue<>(2);
            Worker sender =
                    start(
                            "sender",
                            () -> {
                                while (true) {
                                    queue.put(new byte[3_000_000]);
                                }
                            });
            for (int i = 0; i < 3; i++) {
                assertThat(queue.take()).hasSize(3_000_000);
            }
            kill(sender);
            Await.until("no file is left but those of items", () -> isTidy(queue));
            drain(queue);
            assertThat(filesBeside(queue)).isEmpty();
        }
    }

    private static boolean isTidy(Queue<?> queue) {
        return filesBeside(queue).size() == queue.size();
    }

    @Test
    void joinWaitsUntilEachItemIsDone() {
        Queue<Integer> queue = new Queue<>();
        queue.join();
        IntStream.range(0, 100).forEach(queue::put);
        assertThat(queue.join(millis(10))).isFalse();
        Array done = Array.of("i", 1);
        Code.Action0 work =
                () -> {
                    for (int _ : queue) {
                        done.add(0, 1);
                        queue.taskDone();
                    }
                };
        Worker one = start("one", work);
        Worker two = start("two", work);
        queue.join();
        assertThat(done.get(0)).isEqualTo(100);
        assertThatIllegalStateException()
                .isThrownBy(queue::taskDone)
                .withMessage(
                        "taskDone(): all items that were taken from %s are done already"
                                .formatted(queue.name()));
        queue.close();
        end(one, two);
    }

    @Test
    @OnServer.Not("an object without a name is kept by its sender")
    void aSharedObjectOutlivesTheWorkerThatHasPutIt() {
        Queue<Array> queue = new Queue<>();
        Worker maker =
                start(
                        "maker",
                        () -> {
                            Array made = Array.of("i", 2);
                            made.set(0, 42);
                            queue.put(made);
                        });
        end(maker);
        Array array = queue.take();
        Path file = array.path();
        assertThat(array.get(0)).isEqualTo(42);
        assertThat(file).exists();
        array.close();
        assertThat(file).doesNotExist();
    }

    @Test
    @OnServer.Not("an object without a name is kept by its sender")
    void oneThatIsPutTwiceIsThereForBothTakers() {
        Queue<Lock> queue = new Queue<>();
        Worker maker =
                start(
                        "maker",
                        () -> {
                            Lock made = new Lock();
                            queue.put(made);
                            queue.put(made);
                        });
        end(maker);
        end(start("first", () -> queue.take().acquire()));
        Lock lock = queue.take();
        lock.acquire();
        lock.release();
    }

    @Test
    void whatOnlyAQueueHasLastsUntilItIsTaken() {
        Queue<Event> queue = new Queue<>();
        for (int i = 0; i < 10; i++) {
            queue.put(new Event());
        }
        System.gc();
        end(
                start(
                        "taker",
                        () -> {
                            for (int i = 0; i < 10; i++) {
                                queue.take().set();
                            }
                        }));
    }

    @Test
    void whatCannotTravelIsNotPut() {
        Queue<Object> queue = new Queue<>();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.put(new Thread()))
                .withMessageStartingWith("Thread cannot be put into %s: ".formatted(queue.name()));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> queue.put(null));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void anInterruptEndsAWait() {
        Queue<Integer> queue = new Queue<>();
        Beside<Integer> taker = Beside.call(queue::take);
        Await.until("it waits", () -> isWaiting(queue));
        taker.interrupt();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(taker::end)
                .withCauseInstanceOf(UncheckedInterruptedException.class);
        queue.put(1);
        assertThat(queue.take()).isEqualTo(1);
    }

    @Test
    void sizesThatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Queue<>(0))
                .withMessageStartingWith("a Queue cannot be for at most 0 items: 1 to 1000000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Queue.ofBytes(4095))
                .withMessage("a Queue cannot have 4095 bytes: 4096 to 17179869184");
    }

    @Test
    @Tag("once")
    void oneQueueServesManyThreadsOfOneProcess() throws InterruptedException {
        Queue<Integer> queue = new Queue<>(5);
        Set<Integer> taken = ConcurrentHashMap.newKeySet();
        ConcurrentLinkedQueue<Integer> twice = new ConcurrentLinkedQueue<>();
        int each = WithWorkers.rounds(1000);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 0; t < 4; t++) {
                int from = t * each;
                threads.execute(() -> IntStream.range(from, from + each).forEach(queue::put));
            }
            for (int t = 0; t < 4; t++) {
                threads.execute(
                        () -> {
                            for (int i = 0; i < each; i++) {
                                int item = queue.take();
                                if (!taken.add(item)) {
                                    twice.add(item);
                                }
                            }
                        });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(twice).isEmpty();
        assertThat(taken).hasSize(4 * each);
    }
}
