package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static tandem.Tandem.named;
import static tandem.WithWorkers.check;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.net.OnServer;
import tandem.sync.UncheckedInterruptedException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class ArrayTest implements WithWorkers {
    private static final int CASES = 3_000;

    static Stream<IntegerCode> integerCodes() {
        return IntegerCode.all();
    }

    /// Every access to elements.
    private static Map<String, Consumer<Array>> accesses(String code) {
        Map<String, Consumer<Array>> accesses = new LinkedHashMap<>();
        accesses.put("getDouble", a -> a.getDouble(0));
        accesses.put("set", a -> a.set(1, 7));
        accesses.put("slice()", Array::slice);
        accesses.put("slice(from, to)", a -> a.slice(0, 2));
        accesses.put("slice(from, to, step)", a -> a.slice(0, 2, 2));
        accesses.put("slice(null, null, step)", a -> a.slice(null, null, -1));
        accesses.put("setSlice of a list", a -> a.setSlice(1, 2, List.of(7)));
        accesses.put("setSlice of int[]", a -> a.setSlice(1, 2, new int[] {7}));
        accesses.put("setSlice of long[]", a -> a.setSlice(1, 2, new long[] {7}));
        if (code.equals("f") || code.equals("d")) {
            accesses.put("set of a double", a -> a.set(1, 7.0));
            accesses.put("add of a double", a -> a.add(1, 7.0));
            accesses.put("setSlice of double[]", a -> a.setSlice(1, 2, new double[] {7}));
        } else {
            accesses.put("get", a -> a.get(0));
            accesses.put("getInt", a -> a.getInt(0));
            accesses.put("add", a -> a.add(1, 7));
        }
        return accesses;
    }

    @Test
    @Tag("once")
    void aNewArrayIsZeroed() {
        for (String code : List.of("b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "f", "d")) {
            try (Array a = Array.of(code, 3)) {
                assertThat(a.size()).isEqualTo(3);
                assertThat(a.slice().toDoubles()).as(code).containsExactly(0, 0, 0);
            }
        }
    }

    @Test
    @Tag("once")
    void anArrayIsMadeFromEveryKindOfValues() {
        Lock lock = new Lock();
        List<Array> ofInts =
                List.of(
                        Array.of("i", List.of(1, 2, 3)),
                        Array.of("i", List.of(1, 2, 3), false),
                        Array.of("i", List.of(1, 2, 3), lock),
                        Array.of("i", new int[] {1, 2, 3}),
                        Array.of("i", new int[] {1, 2, 3}, false),
                        Array.of("i", new int[] {1, 2, 3}, lock),
                        Array.of("i", new long[] {1, 2, 3}),
                        Array.of("i", new long[] {1, 2, 3}, false),
                        Array.of("i", new long[] {1, 2, 3}, lock),
                        Array.of("d", new double[] {1, 2, 3}),
                        Array.of("d", new double[] {1, 2, 3}, false),
                        Array.of("d", new double[] {1, 2, 3}, lock));
        for (int i = 0; i < ofInts.size(); i++) {
            Array a = ofInts.get(i);
            assertThat(a.slice().toDoubles()).containsExactly(1, 2, 3);
            switch (i % 3) {
                case 0 -> assertThat(a.lock()).isNotSameAs(lock);
                case 1 -> assertThat(a).asString().endsWith(", no lock)");
                default -> assertThat(a.lock()).isSameAs(lock);
            }
            a.close();
        }
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void aBadValueLeavesNoArrayBehind() throws IOException {
        try (Array a = Array.of("i", 1)) {
            Path session = a.path().getParent();
            Set<Path> before = files(session);
            assertThatIllegalArgumentException().isThrownBy(() -> Array.of("b", List.of(1, 200)));
            assertThatIllegalArgumentException().isThrownBy(() -> Array.of("b", new int[] {200}));
            assertThatIllegalArgumentException().isThrownBy(() -> Array.of("i", new double[] {1}));
            assertThat(before).containsAll(files(session));
        }
    }

    private static Set<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.collect(Collectors.toSet());
        }
    }

    @Test
    @Tag("once")
    void anArrayMayBeEmpty() {
        try (Array a = Array.of("i", 0)) {
            assertThat(a.size()).isZero();
            assertThat(a.slice()).isEmpty();
            assertThat(a).hasToString("Array(\"i\", [])");
            a.setSlice(0, 0, List.of());
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> a.get(0))
                    .withMessage("index 0: this Array has no elements");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
    @Tag("once")
    void anImpossibleSizeIsRefused(long size) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.of("i", size))
                .withMessageContaining("cannot have " + size + " elements");
    }

    @Test
    @Tag("once")
    void elementsAreIteratedAndReadWhenTheirTurnComes() {
        Array a = Array.of("i", new int[] {1, 2, 3});
        long sum = 0;
        for (long x : a) {
            sum += x;
            a.set(2, 30);
        }
        assertThat(sum).isEqualTo(33);
        assertThat(a.stream().toArray()).containsExactly(1, 2, 30);
        assertThat(a.doubleStream().max()).hasValue(30);
        assertThat(
                        Array.of("Q", List.of(new BigInteger("18446744073709551615"))).stream()
                                .toArray())
                .containsExactly(-1);
        assertThat(Array.of("i", 0)).isEmpty();
        a.close();
        assertThatIllegalStateException().isThrownBy(a::iterator).withMessageContaining("closed");
    }

    @Test
    @Tag("once")
    void everyIndexIsAnElementOrAnErrorWithIndexAndLength() {
        List<Array> arrays =
                IntStream.range(1, 9)
                        .mapToObj(n -> Array.of("i", IntStream.range(0, n).toArray(), n % 2 == 0))
                        .toList();
        Cases.run(
                CASES,
                random -> {
                    Array a = arrays.get(random.nextInt(arrays.size()));
                    long length = a.size();
                    long index =
                            random.nextInt(8) == 0 ? random.nextLong() : random.nextLong(-20, 20);
                    long at = index < 0 ? index + length : index;
                    if (at >= 0 && at < length) {
                        a.set(index, at);
                        assertThat(a.get(index)).isEqualTo(at);
                        assertThat(a.getInt(index)).isEqualTo((int) at);
                        assertThat(a.getDouble(index)).isEqualTo(at);
                        assertThat(a.add(index, 0)).isEqualTo(at);
                    } else {
                        for (Runnable access :
                                List.<Runnable>of(
                                        () -> a.get(index),
                                        () -> a.getInt(index),
                                        () -> a.getDouble(index),
                                        () -> a.set(index, 1),
                                        () -> a.add(index, 1))) {
                            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                                    .isThrownBy(access::run)
                                    .withMessageContaining("index " + index)
                                    .withMessageContaining(length + " elements");
                        }
                    }
                    assertThat(a.slice().toInts())
                            .isEqualTo(IntStream.range(0, (int) length).toArray());
                });
        arrays.forEach(Array::close);
    }

    @ParameterizedTest
    @MethodSource("integerCodes")
    @Tag("once")
    void anArrayBehavesAsAListOfWholeNumbers(IntegerCode code) {
        int length = 7;
        try (Array a = Array.of(code.code(), length)) {
            List<BigInteger> model = new ArrayList<>();
            IntStream.range(0, length).forEach(_ -> model.add(BigInteger.ZERO));
            Cases.run(
                    CASES,
                    random -> {
                        step(code, a, model, random);
                        assertThat(a.slice()).isEqualTo(model.stream().map(code::element).toList());
                    });
        }
    }

    private static void step(IntegerCode code, Array a, List<BigInteger> model, Random random) {
        int length = model.size();
        int index = random.nextInt(-length, length);
        int at = Math.floorMod(index, length);
        switch (random.nextInt(4)) {
            case 0 -> {
                BigInteger value = code.fitting(random);
                a.set(index, value.longValue());
                model.set(at, value);
            }
            case 1 -> {
                long change = random.nextInt(-50, 50);
                BigInteger sum = model.get(at).add(BigInteger.valueOf(change));
                if (code.holds(sum)) {
                    a.add(index, change);
                    model.set(at, sum);
                } else {
                    assertThatIllegalArgumentException().isThrownBy(() -> a.add(index, change));
                }
            }
            default -> {
                int to = random.nextInt(at, length + 1);
                int given = random.nextInt(5) == 0 ? random.nextInt(length) : to - at;
                List<BigInteger> values =
                        IntStream.range(0, given)
                                .mapToObj(
                                        _ ->
                                                random.nextInt(5) == 0
                                                        ? code.any(random)
                                                        : code.fitting(random))
                                .toList();
                if (given == to - at && values.stream().allMatch(code::holds)) {
                    a.setSlice(at, to, values);
                    for (int i = 0; i < given; i++) {
                        model.set(at + i, values.get(i));
                    }
                } else {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> a.setSlice(at, to, values));
                }
            }
        }
    }

    @Test
    @Tag("once")
    void setSliceTakesListsAndJavaArraysAndOtherSlices() {
        try (Array a = Array.of("i", 5)) {
            a.setSlice(0, 2, List.of(1, 2));
            a.setSlice(2, 4, new int[] {3, 4});
            a.setSlice(-1, 5, new long[] {5});
            assertThat(a.slice().toInts()).containsExactly(1, 2, 3, 4, 5);
            a.setSlice(0, 5, a.slice(null, null, -1));
            assertThat(a.slice().toInts()).containsExactly(5, 4, 3, 2, 1);
            a.setSlice(3, 100, List.of(7, 8));
            a.setSlice(4, 2, List.of());
            assertThat(a.slice().toInts()).containsExactly(5, 4, 3, 7, 8);
        }
    }

    @Test
    @Tag("once")
    void setSliceOfAnotherLengthGivesBothLengthsAndWritesNothing() {
        try (Array a = Array.of("i", List.of(1, 2, 3, 4))) {
            for (List<Integer> values : List.of(List.of(7), List.of(7, 8, 9, 10, 11))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> a.setSlice(1, 3, values))
                        .withMessageContaining("2 elements")
                        .withMessageContaining(values.size() + " values");
            }
            assertThatIllegalArgumentException().isThrownBy(() -> a.setSlice(4, 2, List.of(7)));
            assertThatIllegalArgumentException().isThrownBy(() -> a.setSlice(4, 9, List.of(7)));
            assertThat(a.slice().toInts()).containsExactly(1, 2, 3, 4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "B", "h", "H", "i", "I"})
    @Tag("once")
    void setSliceWithABadValueInTheMiddleWritesNothing(String code) {
        long bad = 1L << 40;
        try (Array a = Array.of(code, List.of(1, 2, 3))) {
            for (Runnable write :
                    List.<Runnable>of(
                            () -> a.setSlice(0, 3, List.of(7, bad, 9)),
                            () -> a.setSlice(0, 3, List.of(7, 1.5, 9)),
                            () -> a.setSlice(0, 3, new long[] {7, bad, 9}))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(write::run)
                        .withMessageContaining("value 1: ");
                assertThat(a.slice().toInts()).containsExactly(1, 2, 3);
            }
        }
    }

    @Test
    @Tag("once")
    void withoutALockEveryUseOfOneIsRefusedByName() {
        try (Array a = Array.of("i", 3, false)) {
            Map<String, Runnable> uses =
                    Map.of(
                            "acquire()", a::acquire,
                            "acquire(Duration)", () -> a.acquire(Duration.ZERO),
                            "tryAcquire()", a::tryAcquire,
                            "release()", a::release,
                            "hold()", a::hold,
                            "lock()", a::lock);
            uses.forEach(
                    (name, use) ->
                            assertThatExceptionOfType(UnsupportedOperationException.class)
                                    .isThrownBy(use::run)
                                    .withMessageContaining(name)
                                    .withMessageContaining("lock=false"));
        }
    }

    @Test
    @Tag("once")
    void itsTextShowsTheContents() {
        try (Array i = Array.of("i", 3);
                Array d = Array.of("d", List.of(1.5, 2), false);
                Array guarded = Array.of("B", List.of(255), i.lock())) {
            assertThat(i).hasToString("Array(\"i\", [0, 0, 0])");
            assertThat(d).hasToString("Array(\"d\", [1.5, 2.0], no lock)");
            assertThat(guarded).hasToString("Array(\"B\", [255])");
        }
    }

    @Test
    @Tag("once")
    void itsTextIsShortWhenTheArrayIsLong() {
        try (Array whole = Array.of("i", IntStream.range(0, 24).toArray());
                Array cut = Array.of("i", IntStream.range(0, 25).toArray(), false);
                Array million = Array.of("b", 1_000_000)) {
            assertThat(whole)
                    .hasToString(
                            "Array(\"i\", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,"
                                    + " 16, 17, 18, 19, 20, 21, 22, 23])");
            assertThat(cut)
                    .hasToString(
                            "Array(\"i\", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,"
                                    + " …, 21, 22, 23, 24], size 25, no lock)");
            assertThat(million.toString()).hasSizeLessThan(120).endsWith("], size 1000000)");
        }
    }

    @Test
    @Tag("once")
    void itsTextSaysWhoHoldsTheLock() {
        try (Array a = Array.of("i", 1)) {
            long pid = ProcessHandle.current().pid();
            String held =
                    "Array\\(\"i\", \\[0]\\) held by MainProcess \\(pid %d( on [^)]+)?\\), "
                            .formatted(pid);
            try (var _ = a.hold()) {
                assertThat(a).asString().matches(held + "this thread");
                assertThat(Beside.call(a::toString).end())
                        .matches(held + "thread " + Thread.currentThread().getName());
            }
            Beside.run(a::acquire).end();
            assertThat(a).asString().matches(held + "thread beside, which has ended");
            a.release();
            assertThat(a).hasToString("Array(\"i\", [0])");
        }
    }

    @Test
    @Tag("once")
    void whileAnotherProcessHoldsTheLockNothingElseGetsIn() {
        Lock shared = new Lock();
        List<Array> arrays =
                List.of(
                        Array.of("i", List.of(1, 2, 3)),
                        Array.of("d", List.of(1, 2, 3)),
                        Array.of("q", List.of(1, 2, 3), shared),
                        Array.of("f", List.of(1, 2, 3), shared));
        Event held = new Event();
        Event enough = new Event();
        Code.Action0 hold =
                () -> {
                    arrays.forEach(Array::acquire);
                    held.set();
                    WithWorkers.await(enough);
                    arrays.forEach(Array::release);
                };
        Worker holder = start("1 号进程", hold);
        WithWorkers.await(held);

        for (Array a : arrays) {
            accesses(a.typecode())
                    .forEach(
                            (name, access) ->
                                    assertThat(waits(() -> access.accept(a)))
                                            .as("%s of %s waits", name, a)
                                            .isTrue());
            assertThat(a.toString())
                    .contains("[1", "2", "3")
                    .contains("held by 1 号进程 (pid %d".formatted(holder.pid()));
        }

        enough.set();
        end(holder);
        for (Array a : arrays) {
            assertThat(a.slice().toDoubles()).containsExactly(1, 2, 3);
            accesses(a.typecode())
                    .forEach(
                            (name, access) ->
                                    assertThat(waits(() -> access.accept(a)))
                                            .as("%s of %s waits", name, a)
                                            .isFalse());
        }
    }

    @Test
    @Tag("once")
    void whileAnotherThreadHoldsTheLockNothingElseGetsIn() {
        try (Array a = Array.of("i", List.of(1, 2, 3));
                Array guarded = Array.of("i", List.of(1, 2, 3), a.lock())) {
            a.acquire();
            Beside<Void> other =
                    Beside.run(
                            () -> {
                                for (Array array : List.of(a, guarded)) {
                                    accesses("i")
                                            .forEach(
                                                    (name, access) ->
                                                            check(
                                                                    waits(
                                                                            () ->
                                                                                    access.accept(
                                                                                            array)),
                                                                    name + " waits"));
                                }
                            });
            other.end();
            assertThat(a.slice().toInts()).containsExactly(1, 2, 3);
            a.release();
        }
    }

    /// Whether an access has to wait: a thread that is interrupted does not begin to.
    private static boolean waits(Runnable access) {
        Thread.currentThread().interrupt();
        try {
            access.run();
            return false;
        } catch (UncheckedInterruptedException e) {
            return true;
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void slicesAreTakenAndWrittenInOnePiece() {
        try (Array a = Array.of("i", 2_000)) {
            Event enough = new Event();
            int[] ones = IntStream.generate(() -> 1).limit(a.size()).toArray();
            Worker writer =
                    start(
                            "writer",
                            () -> {
                                int[] same = new int[ones.length];
                                for (int n = 1; !enough.isSet(); n++) {
                                    Arrays.fill(same, n);
                                    a.setSlice(0, same.length, same);
                                }
                            });
            Await.until("the writer writes", () -> a.get(0) > 0);
            int distinct = 0;
            int last = 0;
            for (int i = 0; i < 1_000 || distinct < 10; i++) {
                int[] ints = i % 2 == 0 ? a.slice().toInts() : a.slice(null, null, -1).toInts();
                assertThat(IntStream.of(ints).distinct().count()).as("slice %d", i).isOne();
                distinct += ints[0] == last ? 0 : 1;
                last = ints[0];
            }
            enough.set();
            end(writer);
        }
    }

    @Test
    @OnServer.Not("an add is one step there, also without a lock")
    void withoutALockUpdatesAreLostAndWithOneNone() {
        int batch = 2_000;
        Array unlocked = Array.of("i", 1, false);
        Array racing = Array.of("i", 1);
        Array added = Array.of("i", 1);
        Array held = Array.of("d", 1);
        Array batches = Array.of("i", 1);
        Event enough = new Event();
        Code.Action0 work =
                () -> {
                    do {
                        for (int i = 0; i < batch; i++) {
                            unlocked.add(0, 1);
                            racing.set(0, racing.get(0) + 1);
                            added.add(0, 1);
                            try (var _ = held.hold()) {
                                held.set(0, held.getDouble(0) + 1);
                            }
                        }
                        batches.add(0, 1);
                    } while (!enough.isSet());
                };
        Worker[] workers = new Worker[4];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = start("adder-" + i, work);
        }
        // Batches are read first: what is done later can only add to the others.
        Await.until(
                "updates are lost",
                () -> {
                    long done = batch * batches.get(0);
                    return unlocked.get(0) < done && racing.get(0) < done;
                });
        enough.set();
        end(workers);
        long done = batch * batches.get(0);
        assertThat(batches.get(0)).isGreaterThanOrEqualTo(workers.length);
        assertThat(added.get(0)).isEqualTo(done);
        assertThat(held.getDouble(0)).isEqualTo(done);
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void theRawMemoryIsTheSameMemory() {
        try (Array a = Array.of("i", List.of(1, 2))) {
            a.segment().set(ValueLayout.JAVA_INT, 4, 9);
            assertThat(a.slice().toInts()).containsExactly(1, 9);
        }
    }

    @Test
    @Tag("once")
    void anArrayThatTravelsWithinAProcessStaysTheSame() throws Exception {
        Lock lock = new Lock();
        Event event = new Event();
        Array a = Array.of("i", 1, lock);
        List<Object> things = List.of(a, lock, event, Array.of("i", 1).lock());
        for (Object thing : things) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(thing);
            }
            try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                assertThat(in.readObject()).isSameAs(thing);
            }
        }
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void aClosedArrayGivesItsFileBackAndOthersGoOn() {
        Array a = Array.of("i", 1);
        Array report = Array.of("i", 1);
        Event up = new Event();
        Event closed = new Event();
        Worker other =
                start(
                        "other",
                        () -> {
                            up.set();
                            WithWorkers.await(closed);
                            check(!Files.exists(a.path()), "the file is gone");
                            report.set(0, a.add(0, 5));
                        });
        WithWorkers.await(up);
        Path file = a.path();
        a.close();
        assertThat(file).doesNotExist();
        closed.set();
        end(other);
        assertThat(report.get(0)).isEqualTo(5);
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void aClosedArraySaysSo() {
        for (String code : List.of("i", "d")) {
            Array a = Array.of(code, 3);
            Path file = a.path();
            a.close();
            a.close();
            assertThat(file).doesNotExist();
            assertThat(a).hasToString("Array(\"%s\", closed)".formatted(code));
            String says = file.getFileName() + " is closed";
            List<Runnable> uses = new ArrayList<>();
            accesses(code).values().forEach(access -> uses.add(() -> access.accept(a)));
            uses.addAll(List.of(a::acquire, a::tryAcquire, a::hold, a::lock, a::segment));
            for (Runnable use : uses) {
                assertThatIllegalStateException().isThrownBy(use::run).withMessage(says);
            }
            assertThatIllegalArgumentException().isThrownBy(() -> Array.attach(file));
        }
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void whatNobodyCanReachGivesItsFileBack() {
        for (Callable<Shared> maker :
                List.<Callable<Shared>>of(() -> Array.of("i", 1), Lock::new, Event::new)) {
            Path file = madeAndForgotten(maker);
            Await.until(
                    "the file is gone",
                    () -> {
                        System.gc();
                        return !Files.exists(file);
                    });
        }
    }

    private static Path madeAndForgotten(Callable<Shared> maker) {
        try {
            return maker.call().path();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void aLockKeepsItsArrayAndAnArrayItsSharedLock() {
        Lock own = Array.of("i", 1).lock();
        Array guarded = Array.of("i", 1, new Lock());
        for (int i = 0; i < 3; i++) {
            System.gc();
            madeAndForgotten(() -> new Event());
        }
        assertThat(own.path()).exists();
        assertThat(guarded.lock().path()).exists();
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void aRunningWorkerKeepsItsArguments() {
        Event go = new Event();
        Worker[] worker = new Worker[1];
        Code.Action2<Array, Event> work =
                (a, enough) -> {
                    WithWorkers.await(enough);
                    a.set(0, 1);
                };
        Path file =
                madeAndForgotten(
                        () -> {
                            Array a = Array.of("i", 1);
                            worker[0] = named("keeper").spawn(work, a, go);
                            return a;
                        });
        Path forgotten = madeAndForgotten(() -> Array.of("i", 1));
        Await.until(
                "what nobody holds is gone",
                () -> {
                    System.gc();
                    return !Files.exists(forgotten);
                });
        assertThat(file).exists();
        go.set();
        end(worker);
        worker[0] = null;
        Await.until(
                "the argument is gone",
                () -> {
                    System.gc();
                    return !Files.exists(file);
                });
    }
}
