package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tandem.Tandem.call;
import static tandem.Tandem.named;
import static tandem.Tandem.prestart;
import static tandem.Tandem.seconds;
import static tandem.Tandem.spawn;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.launch.Spares;
import tandem.session.Session;
import tandem.testing.Program;
import tandem.travel.Job;
import tandem.travel.Kit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Code of the class path that runs in workers.
class CodeTest {
    private static void count(Array a, int rounds) {
        for (int i = 0; i < rounds; i++) {
            a.add(0, 1);
        }
    }

    @Test
    void severalWorkersRunCodeOnOneArray() {
        Array a = Array.of("i", 1);

        List<Worker> workers =
                List.of(
                        spawn(CodeTest::count, a, 1000),
                        spawn(CodeTest::count, a, 1000),
                        spawn(() -> count(a, 1000)));
        Tandem.joinAll(workers);

        assertThat(a.get(0)).isEqualTo(3000);
        assertThat(workers).allMatch(worker -> worker.exitCode() == 0 && worker.result() == null);
    }

    @Test
    @Tag("once")
    void aCallReturnsAndThrowsWhatItsCodeDoes() throws Exception {
        Call<Integer> six = named("计算").call((x, y) -> x * y, 2, 3);
        Call<Object> wrong = call(() -> List.of().getFirst());
        Call<Object> checked =
                call(
                        () -> {
                            throw new IOException("no disk");
                        });
        Call<Integer> ends =
                call(
                        () -> {
                            System.exit(3);
                            return 1;
                        });
        Call<Object> notBack = call(() -> (Object) new ByteArrayInputStream(new byte[1]));

        assertThat(six.toFuture().get(60, TimeUnit.SECONDS)).isEqualTo(6);
        assertThat(six.name()).isEqualTo("计算");
        assertThatThrownBy(wrong::result)
                .isInstanceOf(java.util.NoSuchElementException.class)
                .rootCause()
                .hasMessageContaining(wrong.name())
                .hasMessageContaining("pid " + wrong.pid());
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThatThrownBy(() -> wrong.toFuture().get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class);
        assertThatThrownBy(checked::result)
                .isInstanceOf(WorkerException.class)
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("no disk");
        assertThatThrownBy(ends::result)
                .isInstanceOf(WorkerException.class)
                .hasMessageContaining("ended with 3");
        assertThatThrownBy(notBack::result).hasMessageContaining("java.io.ByteArrayInputStream");
    }

    @Test
    @Tag("once")
    void aResultThatIsLateLeavesTheWorkerGoing() {
        Event go = new Event();
        Call<Integer> late =
                call(
                        () -> {
                            go.await();
                            return 1;
                        });

        assertThatThrownBy(() -> late.result(seconds(0.05)))
                .isInstanceOf(WaitTimeoutException.class)
                .hasMessageContaining(late.name());
        go.set();

        assertThat(late.result(Program.DEADLINE)).isEqualTo(1);
    }

    @Test
    @Tag("once")
    void whatCannotTravelIsNamed() {
        ByteArrayInputStream in = new ByteArrayInputStream(new byte[1]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> spawn(() -> in.read()))
                .withMessageContaining("java.io.ByteArrayInputStream from outside");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spawn(x -> x.read(), in))
                .withMessageContaining("argument 0")
                .withMessageContaining("java.io.ByteArrayInputStream");
    }

    private static List<Long> children() {
        return ProcessHandle.current().children().map(ProcessHandle::pid).toList();
    }

    @Test
    @Tag("once")
    void aSpareRunsCodeUnderItsNewNameAsIfItWereNew() {
        keepASpare();
        try {
            List<Long> before = children();

            Call<Long> waits = named("甲").call(() -> Tandem.current().stats().waits());
            Call<String> name = named("乙").call(() -> Tandem.current().name());

            assertThat(before).as("it was there before").contains(waits.pid());
            assertThat(before).as("one was ready").doesNotContain(name.pid());
            assertThat(waits.result()).isZero();
            assertThat(waits.stats().waits()).isZero();
            assertThat(name.result()).isEqualTo("乙");
            Program.await(Program.DEADLINE, () -> "another spare", () -> Spares.ready() == 1);
            assertThat(named("丙").call(() -> Tandem.current().name()).result()).isEqualTo("丙");
        } finally {
            dismissSpares();
        }
    }

    @Test
    @Tag("once")
    void whatASpareHasMadeGoesWithIt() throws IOException {
        keepASpare();
        dismissSpares();
        Set<Path> before = arrays();
        keepASpare();
        Set<Path> made = arrays();
        made.removeAll(before);
        assertThat(made).isNotEmpty();

        dismissSpares();

        Await.until("they are gone", () -> made.stream().noneMatch(Files::exists));
    }

    private static void keepASpare() {
        prestart(1);
        Program.await(Program.DEADLINE, () -> "a spare", () -> Spares.ready() == 1);
    }

    private static void dismissSpares() {
        prestart(0);
        Program.await(Program.DEADLINE, () -> "the end of spares", () -> Spares.ready() == 0);
    }

    private static Set<Path> arrays() throws IOException {
        try (Stream<Path> files = Files.list(Session.current().directory())) {
            return files.filter(file -> file.getFileName().toString().startsWith("array-"))
                    .collect(Collectors.toSet());
        }
    }

    /// A rehearsal that no process can be sent.
    private static final class Unpackable implements Spares.Rehearsal {
        private final AtomicInteger tries = new AtomicInteger();

        @Override
        public Kit kit() {
            return ThisKit.INSTANCE;
        }

        @Override
        public Job job() {
            return new Job((Code.Action1<Object>) _ -> {}, false);
        }

        @Override
        public Object[] arguments() {
            tries.incrementAndGet();
            return new Object[] {new ByteArrayInputStream(new byte[1])};
        }
    }

    @Test
    @Tag("once")
    void aRehearsalThatCannotBePackedLeavesNoProcess() {
        Unpackable rehearsal = new Unpackable();
        List<Long> others = children();
        Spares.keep(1, rehearsal);
        try {
            Program.await(
                    Program.DEADLINE,
                    () -> "it is tried again and again",
                    () -> {
                        assertThat(call(() -> 1).result()).isEqualTo(1);
                        return rehearsal.tries.get() > 3;
                    });
            Await.until("no process is left", () -> others.containsAll(children()));
        } finally {
            prestart(0);
        }
    }

    @Test
    @Tag("once")
    void anArrayThatOnlyAWorkerHoldsStaysUntilItEnds() {
        Event go = new Event();
        Path held;
        Call<Long> sum;
        {
            Array array = Array.of("i", List.of(20, 22));
            held = array.path();
            sum =
                    call(
                            (a, e) -> {
                                e.await();
                                return a.get(0) + a.get(1);
                            },
                            array,
                            go);
            array = null;
        }
        Path dropped = Array.of("i", 1).path();
        awaitCollectionOf(dropped);
        assertThat(held).exists();
        go.set();

        assertThat(sum.result()).isEqualTo(42);
        awaitCollectionOf(held);
    }

    private static void awaitCollectionOf(Path file) {
        Await.until(
                file + " is gone",
                () -> {
                    System.gc();
                    return Files.notExists(file);
                });
    }
}
