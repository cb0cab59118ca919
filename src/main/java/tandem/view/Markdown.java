package tandem.view;

import org.jline.utils.AttributedString;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Doc comments as plain text of 80 columns.
final class Markdown {
    private static final int COLUMNS = 80;
    private static final int INDENT = 4;
    private static final String FENCE = "```";

    private static final Pattern LINK = Pattern.compile("\\[#?([\\w.#]+)(?:\\([^)]*\\))?]");
    private static final Pattern PACKAGE =
            Pattern.compile("\\b(?:tandem|java)\\.(?:[a-z]+\\.)*(?=[A-Z])");

    private final StringBuilder text = new StringBuilder();

    static boolean hasExample(String comment) {
        return comment.contains(FENCE);
    }

    /// The code in the examples of a comment, line by line.
    static List<String> examples(String comment) {
        List<String> code = new ArrayList<>();
        boolean isCode = false;
        for (String line : comment.lines().toList()) {
            if (line.startsWith(FENCE)) {
                isCode = !isCode;
            } else if (isCode) {
                code.add(line);
            }
        }
        return code;
    }

    void example(String comment) {
        text.append('\n');
        examples(comment).forEach(line -> line(INDENT, line));
    }

    /// A comment, below the declaration that it belongs to. Blocks that the sources keep apart stay
    /// apart, and an empty line ends it.
    void comment(String comment) {
        List<String> block = new ArrayList<>();
        boolean isCode = false;
        for (String line : comment.lines().toList()) {
            boolean isFence = line.startsWith(FENCE);
            if (isFence
                    || !isCode
                            && (line.isBlank() || line.startsWith("@") || line.startsWith("- "))) {
                block(block);
            }
            if (isFence) {
                isCode = !isCode;
            } else if (isCode) {
                line(INDENT, line);
            } else if (line.isBlank()) {
                text.append('\n');
            } else {
                block.add(line.strip());
            }
        }
        block(block);
        text.append('\n');
    }

    private void block(List<String> lines) {
        if (!lines.isEmpty() && lines.getFirst().startsWith("|")) {
            table(lines);
        } else if (!lines.isEmpty()) {
            paragraph(INDENT, plain(tag(String.join(" ", lines))));
        }
        lines.clear();
    }

    private static String tag(String line) {
        return line.replaceFirst("^@param <(\\w+)> ", "$1: ")
                .replaceFirst("^@param (\\w+) ", "$1: ")
                .replaceFirst("^@(return|throws) ", "$1s ")
                .replaceFirst("^throwss ", "throws ");
    }

    /// Without what marks code and links, which stay as they are within code.
    private static String plain(String markdown) {
        StringBuilder plain = new StringBuilder();
        String[] parts = markdown.split("`", -1);
        for (int i = 0; i < parts.length; i++) {
            String words =
                    LINK.matcher(parts[i]).replaceAll(link -> link.group(1).replace('#', '.'));
            plain.append(i % 2 == 1 ? parts[i] : PACKAGE.matcher(words).replaceAll(""));
        }
        return plain.toString();
    }

    private void table(List<String> lines) {
        List<String[]> rows =
                lines.stream()
                        .filter(line -> !line.matches("[|\\- ]+"))
                        .map(line -> plain(line).strip().replaceAll("^\\|\\s*|\\s*\\|$", ""))
                        .map(line -> line.split("\\s*\\|\\s*", -1))
                        .toList();
        int columns = rows.getFirst().length;
        for (String[] row : rows) {
            StringBuilder cells = new StringBuilder();
            for (int i = 0; i < Math.min(columns, row.length); i++) {
                int column = i;
                int width =
                        rows.stream()
                                .filter(one -> column < one.length)
                                .mapToInt(one -> one[column].length())
                                .max()
                                .orElse(0);
                cells.append(row[i]).append(" ".repeat(width - row[i].length() + 2));
            }
            line(INDENT, cells.toString());
        }
    }

    /// Words, in as many lines as they take; all but the first are indented by four more.
    void paragraph(int indent, String words) {
        StringBuilder line = new StringBuilder();
        int left = indent;
        for (String word : words.split(" ")) {
            if (!line.isEmpty() && left + width(line + " " + word) > COLUMNS) {
                line(left, line.toString());
                line.setLength(0);
                left =
                        indent == 0 || words.matches("(?:\\w+:|returns|throws|-) .*")
                                ? indent + INDENT
                                : indent;
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        line(left, line.toString());
    }

    private static int width(String line) {
        return new AttributedString(line).columnLength();
    }

    private void line(int indent, String line) {
        text.append((" ".repeat(indent) + line).stripTrailing()).append('\n');
    }

    /// What was written, without empty lines that follow another one.
    @Override
    public String toString() {
        return text.toString().strip().replaceAll("\n{3,}", "\n\n") + "\n";
    }
}
