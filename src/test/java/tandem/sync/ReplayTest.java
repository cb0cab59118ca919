package tandem.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.PrintStream;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The code of [Mutex] and of [Signal] takes the very steps of its model: what spin simulates is played to it, in the
/// same order, each access to the word, each sleep and each wake-up; and the code is found to
/// differ from a model that was changed.
@Tag("once")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayTest {
    private static final ClassDesc STEPS = ClassDesc.of("tandem.sync.Steps");

    /// A mutex and a signal whose steps wait for their turn.
    private static final Set<String> INSTRUMENTED =
            Set.of("tandem.sync.Mutex", "tandem.sync.Signal", "tandem.sync.WaitLoop");

    /// The methods whose reads of the word are steps; others look for a message's sake.
    private static final Set<String> READERS =
            Set.of("sleep", "breakLock", "await", "set", "clear");

    private static final int SIMULATIONS = 60;
    private static final int MOST_STEPS = 500;

    private final PrintStream err = System.err;
    private MethodHandle replay;

    /// The copy lives in a session of its own, in a folder of its own: in one process, it would take the
    /// locks from what the other code holds.
    @BeforeAll
    void copyCode(@TempDir Path folder) throws Throwable {
        assumeTrue(Terminal.isInstalled("spin"), "spin is not installed");
        Class<?> type =
                new Copies(INSTRUMENTED, ReplayTest::rewrite).loadClass("tandem.sync.Replay");
        replay =
                MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                        .findStatic(
                                type,
                                "run",
                                MethodType.methodType(String.class, boolean.class, List.class));
        System.setProperty("tandem.dir", folder.toString());
        try {
            assertThat(differenceIn("lock", List.of())).isNull();
        } finally {
            System.clearProperty("tandem.dir");
        }
        System.setErr(new PrintStream(PrintStream.nullOutputStream()));
    }

    @AfterAll
    void speakAgain() {
        System.setErr(err);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lock",
                "lock TIMED",
                "lock BREAK",
                "lock DEATHS EARLY",
                "lock BREAK DEATHS EARLY",
                "event",
                "event STEPS",
                "event DEATHS"
            })
    void theCodeDoesWhatTheModelDoes(String variant) throws Throwable {
        int steps = 0;
        for (int seed = 1; seed <= SIMULATIONS; seed++) {
            List<String> simulated = simulate(variant, seed);
            assertThat(differenceIn(variant, simulated)).as("seed %d", seed).isNull();
            steps += simulated.size();
        }
        assertThat(steps).isGreaterThan(10 * SIMULATIONS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lock NO_WAKE",
                "lock NO_WAITERS_BACK",
                "lock NO_ANNOUNCEMENT",
                "lock BREAK BREAK_AT_ONCE",
                "lock BREAK BREAK_TELLS_LATE",
                "lock BREAK BREAK_WAKES_NONE",
                "lock DEATHS EARLY BLIND_TAKEOVER",
                "event NO_COUNT",
                "event NO_WAKE",
                "event WAKE_ONE",
                "event NO_ANNOUNCEMENT",
                "event CLEAR_DROPS_BIT"
            })
    void anotherModelIsNotThatOfTheCode(String variant) throws Throwable {
        for (int seed = 1; seed <= SIMULATIONS; seed++) {
            if (differenceIn(variant, simulate(variant, seed)) != null) {
                return;
            }
        }
        throw new AssertionError("no simulation of " + variant + " differs from the code");
    }

    private String differenceIn(String variant, List<String> steps) throws Throwable {
        return (String) replay.invokeExact(variant.startsWith("lock"), steps);
    }

    private static List<String> simulate(String variant, int seed) {
        List<String> command =
                new ArrayList<>(List.of("spin", "-T", "-n" + seed, "-u" + MOST_STEPS));
        List<String> words = List.of(variant.split(" "));
        words.stream().skip(1).forEach(name -> command.add("-D" + name));
        if (seed % 2 == 0) {
            command.add("-DENDLESS");
        }
        Path model = Program.home().resolve("src/model/%s.pml".formatted(words.getFirst()));
        command.add(model.toString());
        return Program.of(command.toArray(String[]::new)).run().lines().stream()
                .map(String::strip)
                .filter(line -> line.startsWith("@ "))
                .map(line -> line.substring(2))
                .toList();
    }

    private static void rewrite(String method, CodeBuilder code, CodeElement element) {
        if (!(element instanceof InvokeInstruction call)) {
            code.with(element);
            return;
        }
        String callee = call.owner().asInternalName() + "." + call.name().stringValue();
        boolean isShown = READERS.contains(method);
        switch (callee) {
            case "java/lang/invoke/VarHandle.compareAndSet",
                    "tandem/sync/Waiter.await",
                    "tandem/sync/Waiter.wake",
                    "tandem/session/Roster.isAlive",
                    "tandem/session/Roster.isCurrent" ->
                    code.invokestatic(
                            STEPS,
                            call.name().stringValue(),
                            call.typeSymbol().insertParameterTypes(0, call.owner().asSymbol()));
            case "java/lang/System.nanoTime", "tandem/sync/UncheckedInterruptedException.check" ->
                    code.invokestatic(STEPS, call.name().stringValue(), call.typeSymbol());
            case "tandem/sync/Mutex.spin" -> code.pop2().pop().pop().iconst_0();
            case "tandem/sync/Signal.spin" -> code.pop2().pop().iconst_0();
            case "tandem/sync/Mutex.word", "tandem/sync/Signal.word" -> {
                if (isShown) {
                    code.invokestatic(
                            STEPS, "beforeRead", MethodTypeDesc.of(ConstantDescs.CD_void));
                }
                code.with(element);
                if (isShown) {
                    code.dup2()
                            .invokestatic(
                                    STEPS,
                                    "afterRead",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_void, ConstantDescs.CD_long));
                }
            }
            case "tandem/sync/Mutex.countRecovery" -> {
                if (isShown) {
                    code.invokestatic(STEPS, "count", MethodTypeDesc.of(ConstantDescs.CD_void));
                }
                code.with(element);
            }
            default -> code.with(element);
        }
    }
}
