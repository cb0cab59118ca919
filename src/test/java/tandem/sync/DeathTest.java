package tandem.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.OutputStream;
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
import java.util.Set;

/// A process dies before each step that the code of a monitor takes in shared memory, in turn, and the
/// others go on as if it had done all of it or nothing. ([Deaths] says what each of them does.)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeathTest {
    private static final ClassDesc DEATHS = ClassDesc.of("tandem.sync.Deaths");

    /// The classes of which each access to shared memory is a step.
    private static final Set<String> INSTRUMENTED =
            Set.of(
                    "tandem.sync.Mutex",
                    "tandem.sync.Monitor",
                    "tandem.sync.WaitQueue",
                    "tandem.sync.Ledger",
                    "tandem.sync.Permits",
                    "tandem.sync.Tickets",
                    "tandem.sync.Phases",
                    "tandem.sync.Shares",
                    "tandem.sync.Turns",
                    "tandem.sync.Ends",
                    "tandem.sync.Ring");

    private static final Set<String> STEPS =
            Set.of(
                    "java/lang/invoke/VarHandle",
                    "java/lang/foreign/MemorySegment",
                    "tandem/sync/Waiter",
                    "tandem/session/Session",
                    "tandem/session/LeftFiles");

    private final PrintStream err = System.err;
    private MethodHandle run;

    /// The copy lives in a session of its own, in a folder of its own: in one process, it would take the
    /// locks from what the other code holds.
    @BeforeAll
    void copyCode(@TempDir Path folder) throws Throwable {
        Class<?> copy =
                new Copies(INSTRUMENTED, DeathTest::rewrite).loadClass("tandem.sync.Deaths");
        run =
                MethodHandles.privateLookupIn(copy, MethodHandles.lookup())
                        .findStatic(copy, "run", MethodType.methodType(int.class, String.class));
        System.setProperty("tandem.dir", folder.toString());
        try {
            int deaths = (int) run.invokeExact("TAKES");
            assertThat(deaths).isPositive();
        } finally {
            System.clearProperty("tandem.dir");
        }
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
    }

    @AfterAll
    void speakAgain() {
        System.setErr(err);
    }

    @ParameterizedTest
    @EnumSource(Deaths.Deed.class)
    void itLeavesTheOldStateOrTheNewOne(Deaths.Deed deed) throws Throwable {
        int deaths = (int) run.invokeExact(deed.name());
        assertThat(deaths).as("steps at which it was killed").isGreaterThan(5);
    }

    private static void rewrite(String method, CodeBuilder code, CodeElement element) {
        if (element instanceof InvokeInstruction call
                && STEPS.contains(call.owner().asInternalName())) {
            code.invokestatic(DEATHS, "step", MethodTypeDesc.of(ConstantDescs.CD_void));
        }
        code.with(element);
    }
}
