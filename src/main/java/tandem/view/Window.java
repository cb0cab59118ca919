package tandem.view;

import tandem.process.Screen;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much a person sees at once at the prompt.
record Window(int columns, int rows) {
    private static final File TERMINAL = new File("/dev/tty");
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,3}) ([1-9]\\d{0,3})\\s*");
    private static final int COLUMNS = 80;
    private static final int ROWS = 24;

    /// The terminal's size as `stty` tells it, a process that takes milliseconds: the output of a
    /// snippet goes through JShell, which tells nothing. Elsewhere what `COLUMNS` and `LINES` say.
    static Window now() {
        Matcher size = SIZE.matcher(Screen.isTerminal() ? stty() : "");
        return size.matches()
                ? new Window(Integer.parseInt(size.group(2)), Integer.parseInt(size.group(1)))
                : new Window(environment("COLUMNS", COLUMNS), environment("LINES", ROWS));
    }

    private static String stty() {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(TERMINAL)
                            .redirectError(Redirect.DISCARD)
                            .start();
            return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return ""; // There is no such command, or no such terminal.
        }
    }

    private static int environment(String variable, int otherwise) {
        String value = System.getenv(variable);
        return value != null && value.matches("[1-9]\\d{1,3}")
                ? Integer.parseInt(value)
                : otherwise;
    }
}
