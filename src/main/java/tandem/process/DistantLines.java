package tandem.process;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The lines of a worker on another machine, as they are shown here: with its name, as those of a worker at
/// home, and without what could tell a terminal to do anything but change its colours.
public final class DistantLines {
    private static final Pattern CONTROL =
            Pattern.compile("\033\\[[0-9;]{0,32}m|[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\t\n]]");

    private final String name;
    private final int color = Screen.nextColor();

    /// @param name of the worker
    public DistantLines(String name) {
        this.name = name;
        OrderedOutput.install();
    }

    /// Shows whole lines of its output.
    public void output(byte[] lines) {
        show(OrderedOutput.beneath(), lines, Screen.prefixOfOutput(name, color));
    }

    /// Shows whole lines of its error output.
    public void errors(byte[] lines) {
        show(System.err, lines, Screen.prefixOfErrors(name, color));
    }

    /// Shows a line about it.
    public void say(String line) {
        errors((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void show(PrintStream out, byte[] lines, String prefix) {
        byte[] harmless = harmless(lines);
        byte[] shown =
                prefix.isEmpty()
                        ? harmless
                        : LinePump.prefixed(
                                harmless, harmless.length, prefix.getBytes(StandardCharsets.UTF_8));
        Screen.write(out, shown, shown.length);
    }

    static byte[] harmless(byte[] lines) {
        String text = new String(lines, StandardCharsets.UTF_8);
        return CONTROL.matcher(text)
                .replaceAll(
                        found ->
                                found.group().length() > 1
                                        ? Matcher.quoteReplacement(found.group())
                                        : "?")
                .getBytes(StandardCharsets.UTF_8);
    }
}
