package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.nio.file.Path;

/// `scripts/tandem top --join CODE`, `doctor`, and `top()` and `watch` at a prompt that has joined, beside a
/// family of real processes that share on a server.
class TopOnServerIT {
    private static final String HELD = "lock-1 +1 号进程 on lap[^,]*, .* s +1 ";

    @TempDir Path folder;

    private Program.Running workshop;
    private Program.Running family;
    private Terminal terminal;
    private String code;

    @BeforeEach
    void startFamily() {
        assumeTrue(
                Terminal.isInstalled("redis-server") || Terminal.isInstalled("valkey-server"),
                "neither valkey-server nor redis-server is on the PATH");
        Program.jar();
        workshop = Program.tandem("workshop").start();
        code = workshop.awaitLine("scripts/tandem --join ");
        family =
                Program.tandem("--join", code, "src/test/scripts/Watched.java")
                        .with("TANDEM_MACHINE", "laptop-7")
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + folder)
                        .start();
        family.awaitLine("ready");
    }

    @AfterEach
    void end() {
        if (terminal != null) {
            terminal.close();
        }
        if (family != null) {
            family.close();
        }
        if (workshop != null) {
            ProcessHandle.of(workshop.pid()).ifPresent(ProcessHandle::destroy);
            workshop.end();
            workshop.close();
        }
    }

    private String address() {
        return code.substring(0, code.indexOf('/'));
    }

    private void awaitWaiter() {
        Program.await(
                Program.DEADLINE,
                () -> "a waiter",
                () -> Program.tandem("top", "--join", code).run().out().contains("waits for lock"));
    }

    @Test
    void inAPipeItPrintsMachinesAndWhatTheyShare() {
        awaitWaiter();
        Program.Ended ended = Program.tandem("--join", code, "top").run();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.lines())
                .first()
                .isEqualTo("1 machine, 3 processes, 3 objects on " + address());
        assertThat(ended.out())
                .contains("laptop-7: 0 MB of 256 MB stored\n", "\n" + address() + "\n")
                .containsPattern("MainProcess +\\d+ .*running")
                .containsPattern("1 号进程 +\\d+ +\\d+ .*running")
                .containsPattern("waiter +\\d+ +\\d+ .*waits for lock-1, ")
                .containsPattern(HELD)
                .containsPattern("array-2 +i × 3 +free .*\\[7, 0, 0\\]")
                .containsPattern("event-3 +set")
                .doesNotContain("\033", code.substring(address().length() + 1));
    }

    @Test
    void asJsonItIsJson() {
        assumeTrue(Terminal.isInstalled("python3"), "python3 is not installed");
        awaitWaiter();
        Program.Ended parsed =
                Program.of(
                                "python3",
                                "-c",
                                "import json, sys; s = json.load(sys.stdin); print([m['name'] for m"
                                    + " in s['machines']], sorted(p['state'] for p in"
                                    + " s['machines'][0]['processes']), [(o['name'], o['status'],"
                                    + " len(o['waiting'])) for o in s['objects'] if o['kind'] =="
                                    + " 'lock'])")
                        .typing(Program.tandem("top", "--json", "--join", code).run().out())
                        .run();
        assertThat(parsed.err()).isEmpty();
        assertThat(parsed.out())
                .isEqualTo(
                        "['laptop-7'] ['running', 'running', 'waiting'] [('lock-1', 'held', 1)]\n");
    }

    @Test
    void atATerminalItIsOnlyLookedAt() {
        terminal =
                Terminal.open(
                        folder,
                        80,
                        24,
                        "'%s' top --join %s"
                                .formatted(Program.home().resolve("scripts/tandem"), code));
        terminal.await("waits for lock-1", "3 objects on " + address());
        assertThat(terminal.screen()).doesNotContain("t k end");
        terminal.press("k");
        terminal.await("other machines are only looked at");
        terminal.write("/lock-1");
        terminal.press("Enter");
        terminal.press("Down", "Down");
        terminal.await("> lock-1");
        terminal.press("b");
        terminal.await("other machines are only looked at");
        terminal.press("Enter");
        terminal.await("held by 1 号进程 on laptop-7, ", "waiting: waiter on laptop-7 (");
        terminal.press("Escape");
        terminal.await("> lock-1");
        terminal.press("q");
        terminal.awaitEnd();
    }

    @Test
    void itSaysWhenTheServerHasGone() {
        terminal =
                Terminal.open(
                        folder,
                        80,
                        24,
                        "'%s' top --join %s"
                                .formatted(Program.home().resolve("scripts/tandem"), code));
        terminal.await("waits for lock-1");
        ProcessHandle.of(workshop.pid()).ifPresent(ProcessHandle::destroy);
        workshop.end();
        terminal.await(address() + " does not answer");
        terminal.press("q");
        terminal.awaitEnd();
        Program.Ended ended = Program.tandem("top", "--join", code).run();
        assertThat(ended.exitCode()).isOne();
        assertThat(ended.err()).startsWith("tandem: " + address() + " has not answered for 2 s");
        assertThat(Program.tandem("doctor", "--join", code).run().out())
                .containsPattern("joined +" + address() + " has not answered for 2 s");
    }

    @Test
    void theDoctorSaysWhatThereIs() {
        assertThat(Program.tandem("doctor", "--join", code).run().out())
                .containsPattern("server +/.*-server, for scripts/tandem workshop")
                .containsPattern(
                        "joined +" + address() + " answers in [\\d,]+ µs, and has [23] processes")
                .doesNotContain(code.substring(address().length() + 1));
        assertThat(Program.tandem("doctor").run().out()).doesNotContain("joined");
    }

    @Test
    void atAPromptThatHasJoinedItIsSeenToo() {
        awaitWaiter();
        Program.Ended ended =
                Program.tandem("--join", code)
                        .with("TANDEM_JSHELL_OPTS", "-R-Dtandem.dir=" + folder)
                        .typing(
                                "var a = Array.of(\"i\", 3)",
                                "a.set(1, 500)",
                                "watch(a, seconds(0.1))",
                                "a.server()",
                                "var l = new Lock()",
                                "l.acquire()",
                                "watch(l, seconds(0.1))",
                                "l.stats()",
                                "top()",
                                "/exit")
                        .run();
        assertThat(ended.out())
                .contains("    0    0  500    0")
                .contains("held by MainProcess on ")
                .contains("\"%s\"".formatted(address()))
                .contains("acquisitions=1")
                .containsPattern("[12] sessions?, \\d processes, no objects\n")
                .contains("2 machines, 4 processes, 5 objects on " + address());
        assertThat(ended.exitCode()).as(ended.err()).isZero();
    }
}
