package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The lessons, gone through by themselves and at a terminal.
class LessonIT {
    private static final String PAGE =
            """
            # The lesson

            Some text.

            ## Two lines

            Text **before** the lines.

            ```java
            int x = 1
            x = x + 1
            ```

            ```text
            x ==> 1
            x ==> 2
            ```

            Text behind the lines.

            > Hint: It has to be two.

            ```java check
            x == 2   // It is two.
            ```

            ## A worker

            ```java
            int twice(int n) {
                return 2 * n;
            }
            var p = named("Ann").spawn(() -> IO.println("n is " + twice(x)))
            p.join()
            ```

            ```text
            |  created method twice(int)
            p ==> Worker(Ann, pid 17, running)
            [Ann] n is 4
            ```

            ```java check
            p.exitCode() == 0   // Ann is done.
            ```
            """;

    @TempDir Path memory;
    @TempDir Path folder;

    private Path page;
    private Terminal terminal;

    @BeforeEach
    void prepare() throws IOException {
        Program.jar();
        Files.createDirectories(folder.resolve(".java/.userPrefs"));
        page = Files.writeString(folder.resolve("page.md"), PAGE);
    }

    @AfterEach
    void closeTerminal() {
        if (terminal != null) {
            terminal.close();
        }
    }

    private String options() {
        return "-J-Djava.util.prefs.userRoot=%s -R-Dtandem.dir=%s".formatted(folder, memory);
    }

    private Program lesson(String... words) {
        return Program.tandem(
                        Stream.concat(Stream.of("lesson"), Stream.of(words)).toArray(String[]::new))
                .with("TANDEM_JSHELL_OPTS", options());
    }

    private void open(String language, String words) {
        terminal =
                Terminal.open(
                        folder,
                        80,
                        24,
                        "exec env LC_ALL=%s TANDEM_JSHELL_OPTS='%s' scripts/tandem lesson %s"
                                .formatted(language, options(), words));
    }

    private void enter() {
        terminal.press("Enter");
    }

    private void awaitOffer(String line) {
        terminal.await(
                "the offer " + line,
                screen -> screen.stripTrailing().endsWith("\njshell> " + line));
    }

    /// Two prompts at a time, as each waits half of its time. Of the Chinese ones, whose code is the same, one.
    @ParameterizedTest
    @CsvSource({"1 2 6, 3 4", "5 7, 8 9 10", "--zh 1, --zh 8"})
    void eachLessonGoesAsItsPageSays(String some, String others) {
        try (Program.Running first = start(some);
                Program.Running second = start(others)) {
            assertItWentWell(first.end(), some);
            assertItWentWell(second.end(), others);
        }
        Program.awaitEmpty(memory);
    }

    private Program.Running start(String words) {
        return lesson(("--auto " + words).split(" ")).start();
    }

    private static void assertItWentWell(Program.Ended ended, String words) {
        String[] numbers = words.replace("--zh ", "").split(" ");
        assertThat(ended.out()).doesNotContain("step \"");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.lines()).hasSameSizeAs(numbers);
        for (int i = 0; i < numbers.length; i++) {
            assertThat(ended.lines().get(i)).matches(numbers[i] + " · .*: \\d+ steps, \\d+ lines");
        }
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void whatAPageSaysWronglyIsASentence() throws IOException {
        Files.writeString(
                page,
                PAGE.replace("x ==> 2\n", "x ==> 3\n")
                        .replace("exitCode() == 0", "exitCode() == 1"));

        Program.Ended ended = lesson("--auto", page.toString()).run();

        assertThat(ended.out())
                .isEqualTo(
                        """
                        %1$s, step "Two lines": x = x + 1 prints something else than the page says:
                            x ==> 1
                            x ==> 3
                        It was
                            x ==> 1
                            x ==> 2
                        %1$s, step "A worker": is not so: p.exitCode() == 1
                        The lesson: 2 steps, 5 lines
                        """
                                .formatted(page));
        assertThat(ended.exitCode()).isOne();
    }

    @Test
    void withoutANumberTheyAreListedInTheUsersLanguage() {
        assertThat(lesson().run().lines())
                .hasSize(11)
                .contains("3 · Two writers and the lost update");
        assertThat(lesson().with("LC_ALL", "zh_CN.UTF-8").run().lines()).contains("4 · 锁");
        assertThat(lesson("--en").with("LC_ALL", "zh_CN.UTF-8").run().lines())
                .contains("4 · The lock");
    }

    @Test
    void withoutATerminalThePageIsPrinted() throws IOException {
        assertThat(lesson(page.toString()).run().out()).isEqualTo(PAGE);
    }

    @Test
    void whatThereIsNotIsASentence() {
        Program.Ended ended = lesson("99").run();

        assertThat(ended.err()).isEqualTo("tandem: there is no lesson 99: they are 1 to 10\n");
        assertThat(ended.exitCode()).isOne();
    }

    @Test
    void enterGoesThroughALessonToItsEnd() {
        open("C.UTF-8", page.toString());
        terminal.await("The lesson\n", "— Step 1/2: Two lines", "Text before the lines.");
        awaitOffer("int x = 1");
        assertThat(terminal.styled()).contains("\033[90mint x = 1");
        enter();
        awaitOffer("x = x + 1");
        enter();
        terminal.await("x ==> 2\n", "Text behind the lines.\n\n✓ It is two.");
        awaitOffer("next");
        enter();
        awaitOffer("int twice(int n) {\n    return 2 * n;\n}");
        enter();
        terminal.await("|  created method twice(int)");
        terminal.await("an offer", screen -> screen.stripTrailing().endsWith("twice(x)))"));
        enter();
        awaitOffer("p.join()");
        enter();
        terminal.await("[Ann] n is 4", "✓ Ann is done.", "This is the end.");
        awaitOffer("/exit");
        enter();
        terminal.awaitEnd();
        Program.awaitEmpty(memory);
    }

    @Test
    void anythingMayBeTypedBetweenAndALineMayBeChanged() {
        open("C.UTF-8", page.toString());
        awaitOffer("int x = 1");
        terminal.type("1 + 41");
        terminal.await("$1 ==> 42");
        awaitOffer("int x = 1");

        // Taken and left again.
        terminal.press("Tab");
        terminal.write("00");
        awaitOffer("int x = 100");
        terminal.press("C-c");
        awaitOffer("int x = 1");

        // What does not compile has not been done.
        terminal.press("Right");
        terminal.write("\"");
        enter();
        terminal.await("|  Error:");
        awaitOffer("int x = 1");

        // A wrong answer.
        terminal.press("Tab");
        terminal.write("0");
        awaitOffer("int x = 10");
        enter();
        awaitOffer("x = x + 1");
        terminal.type("next");
        terminal.await("✗ Not yet: x == 2", "next once more leaves this step.");
        awaitOffer("x = x + 1");
        enter();
        terminal.await("x ==> 11", "Text behind the lines.\n\n✗ Not yet: x == 2");
        awaitOffer("hint");
        enter();
        terminal.await("Hint: It has to be two.");
        awaitOffer("int x = 1");

        // In one's own way.
        terminal.type("x = 2");
        terminal.await("x ==> 2");
        terminal.type("next");
        terminal.await("✓ It is two.", "— Step 2/2: A worker");
        terminal.type("back");
        terminal.await("back\n\n— Step 1/2: Two lines");
        awaitOffer("int x = 1");
        assertThat(terminal.history()).doesNotContain("cannot find symbol");
        terminal.press("C-d");
        terminal.awaitEnd();
    }

    @Test
    void aChineseLessonIsChineseThroughout() {
        open("zh_CN.UTF-8", "1");
        terminal.await("1 · 进程", "回车发送灰色的那一行", "— 步骤 1/4: 我是谁？");
        awaitOffer("current()");
        enter();
        terminal.await("✓ 现在只有你一个进程。");
        terminal.type("/exit");
        terminal.awaitEnd();
    }
}
