package tandem.prompt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What JShell says of a line that does not compile, shorter: where no overload of `spawn`, `call` or
/// `Array.of` fits, javac lists all with what is wrong with each, in 20 to 50 lines. Here only what is
/// wrong with those that take as many arguments is left, and an example follows. All else passes, at
/// once unless it is a message's line.
final class CompilerMessages extends OutputStream {
    /*
     * Overview. A message is told by its shape and by Java names, since its words depend on the
     * locale: a line with the call, a line for each overload, deeper than that, lines deeper still
     * with the reason, and then the source.
     *
     *     |  no suitable method found for spawn(()->5)
     *     |      method tandem.Tandem.spawn(tandem.Code.Action0) is not applicable
     *     |        (argument mismatch; lambda body is not compatible with a void functional interface
     *     |            (consider using a block lambda body, or use a statement expression instead))
     *     |  spawn(() -> 5)
     *     |  ^---^
     */
    private static final Pattern OVERLOAD =
            Pattern.compile(
                    "\\|     "
                        + " .*tandem\\.(?:Tandem|Spawner|Array)\\.(?:<.*>)?(spawn|call|of)\\(([^()]*)\\).*");
    private static final Pattern DETAIL = Pattern.compile("\\|    .*");

    /// How javac writes an argument that is longer than 20 characters.
    private static final Pattern SHORTENED = Pattern.compile(".{10}\\[\\.\\.\\.].{5}");

    private static final Map<String, List<String>> EXAMPLES =
            Map.of(
                    "spawn",
                    List.of(
                            "spawn takes a script, or code and the arguments that it takes:",
                            "spawn(workA, a), spawn(() -> work(a)), spawn(x -> x.add(0, 1), a).",
                            "Code that returns something is for call."),
                    "call",
                    List.of(
                            "call takes code that returns something, and the arguments that it"
                                    + " takes:",
                            "call(() -> 6 * 7), call(x -> x.get(0), a).",
                            "Code that returns nothing is for spawn."),
                    "of",
                    List.of(
                            "Array.of takes a typecode, and a size or values; then true, false or a"
                                    + " lock:",
                            "Array.of(\"i\", 3), Array.of(\"d\", List.of(1.5, 2), false)."));

    private final OutputStream out;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean isAtLineStart = true;

    /// The line before the overloads, which says what was called.
    private String called = "";

    /// The method whose overloads are being listed, null when none are.
    private String method;

    private final Set<String> reasons = new LinkedHashSet<>();

    /// Of the overload that is being listed, null when it does not count.
    private List<String> reason;

    CompilerMessages(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int passed = offset;
        for (int i = offset; i < offset + length; i++) {
            boolean isOfMessage = line.size() > 0 || (bytes[i] == '|' && isAtLineStart);
            isAtLineStart = bytes[i] == '\n';
            if (!isOfMessage) {
                continue;
            }
            out.write(bytes, passed, i - passed);
            passed = i + 1;
            line.write(bytes[i]);
            if (bytes[i] == '\n') {
                take(line.toString(StandardCharsets.UTF_8));
                line.reset();
            }
        }
        out.write(bytes, passed, offset + length - passed);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    private void take(String text) throws IOException {
        Matcher overload = OVERLOAD.matcher(text.stripTrailing());
        if (overload.matches()) {
            method = overload.group(1);
            endReason();
            reason = counts(overload.group(2)) ? new ArrayList<>() : null;
        } else if (method != null && DETAIL.matcher(text.stripTrailing()).matches()) {
            if (reason != null) {
                reason.add(text.substring(1).stripTrailing());
            }
        } else {
            if (method != null) {
                endReason();
                for (String one : reasons) {
                    say("|      " + one);
                }
                for (String one : EXAMPLES.get(method)) {
                    say("|  " + one);
                }
                reasons.clear();
                method = null;
            }
            called = text;
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void say(String text) throws IOException {
        out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /// Where a line says that the types could not be inferred, the next one, two columns deeper, says
    /// why.
    private void endReason() {
        if (reason != null && !reason.isEmpty()) {
            boolean isInferred = reason.size() > 1 && indent(1) == indent(0) + 2;
            String text =
                    reason.subList(isInferred ? 1 : 0, reason.size()).stream()
                            .map(String::strip)
                            .collect(Collectors.joining(" "));
            reasons.add(withoutBrackets(text));
        }
        reason = null;
    }

    private static String withoutBrackets(String text) {
        String inner = text.startsWith("(") ? text.substring(1) : text;
        long more = inner.chars().filter(c -> c == ')').count();
        more -= inner.chars().filter(c -> c == '(').count();
        while (more-- > 0 && inner.endsWith(")")) {
            inner = inner.substring(0, inner.length() - 1);
        }
        return inner;
    }

    private int indent(int line) {
        String text = reason.get(line);
        return text.length() - text.stripLeading().length();
    }

    /// Whether an overload is one that the call may have meant: of as many arguments, and not one for
    /// scripts where code was given.
    private boolean counts(String parameters) {
        int open = called.indexOf(method + "(");
        int close = called.lastIndexOf(')');
        if (open < 0 || close < open) {
            return true;
        }
        String arguments = called.substring(open + method.length() + 1, close);
        if (parameters.endsWith("...")) {
            return false;
        }
        return count(SHORTENED.matcher(arguments).replaceAll("x")) == count(parameters);
    }

    private static int count(String list) {
        if (list.isBlank()) {
            return 0;
        }
        int count = 1;
        int depth = 0;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if ("({[<".indexOf(c) >= 0) {
                depth++;
            } else if (")}]".indexOf(c) >= 0 || c == '>' && (i == 0 || list.charAt(i - 1) != '-')) {
                depth--;
            } else if (c == ',' && depth == 0) {
                count++;
            }
        }
        return count;
    }
}
