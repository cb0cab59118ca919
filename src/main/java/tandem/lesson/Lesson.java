package tandem.lesson;

import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A page of Markdown that can be read as it is, and gone through step by step at a prompt. How such a page is
/// written stands in `lessons/README.md`.
///
/// @param introduction what stands before the first step
record Lesson(Path file, String title, List<Block> introduction, List<Step> steps) {
    private static final List<String> HINTS = List.of("Hint:", "提示：", "提示:");

    /// @throws IllegalArgumentException when it cannot be read, or is no lesson, and why
    static Lesson read(Path file) {
        try {
            return parse(file, Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("the lesson %s cannot be read".formatted(file), e);
        } catch (UncheckedIOException e) {
            throw new IllegalArgumentException("%s is no text in UTF-8".formatted(file), e);
        }
    }

    static Lesson parse(Path file, String markdown) {
        Node page = Parser.builder().build().parse(markdown);
        String title = null;
        List<Block> introduction = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        List<Block> blocks = introduction;
        for (Node node = page.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof Heading heading && heading.getLevel() == 1) {
                title = words(heading);
            } else if (node instanceof Heading heading && heading.getLevel() == 2) {
                blocks = new ArrayList<>();
                steps.add(new Step(words(heading), blocks));
            } else {
                add(node, blocks);
            }
        }
        if (title == null || steps.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s is no lesson: it has no heading \"# …\" or no step \"## …\""
                            .formatted(file));
        }
        return new Lesson(file, title, List.copyOf(introduction), List.copyOf(steps));
    }

    private static void add(Node node, List<Block> blocks) {
        switch (node) {
            case FencedCodeBlock fence when fence.getInfo().equals("java") -> {
                String output =
                        fence.getNext() instanceof FencedCodeBlock next
                                        && next.getInfo().equals("text")
                                ? next.getLiteral()
                                : null;
                List<String> lines = lines(fence.getLiteral());
                for (int i = 0; i < lines.size(); i++) {
                    boolean isLast = i == lines.size() - 1;
                    blocks.add(new Block.Line(lines.get(i), isLast ? output : null));
                }
            }
            case FencedCodeBlock fence when fence.getInfo().equals("java check") ->
                    lines(fence.getLiteral()).stream().map(Lesson::check).forEach(blocks::add);
            case FencedCodeBlock fence
                    when fence.getInfo().equals("text")
                            && fence.getPrevious() instanceof FencedCodeBlock before
                            && before.getInfo().equals("java") -> {
                // It belongs to the lines before it.
            }
            case BlockQuote quote when HINTS.stream().anyMatch(words(quote)::startsWith) ->
                    blocks.add(new Block.Hint(quote));
            case HtmlBlock _ -> {
                // A remark for who writes the page.
            }
            default -> blocks.add(new Block.Text(node));
        }
    }

    /// What is typed as one: a line that is indented, or begins with a closing bracket, belongs to the one before.
    private static List<String> lines(String code) {
        List<String> lines = new ArrayList<>();
        for (String line : code.lines().filter(line -> !line.isBlank()).toList()) {
            if (!lines.isEmpty() && " })].".indexOf(line.charAt(0)) >= 0) {
                lines.add(lines.removeLast() + "\n" + line.stripTrailing());
            } else {
                lines.add(line.stripTrailing());
            }
        }
        return lines;
    }

    private static Block.Check check(String line) {
        String[] parts = line.split("\\s+// ", 2);
        return new Block.Check(parts[0], parts.length > 1 ? parts[1] : parts[0]);
    }

    /// The text of a node, without marks.
    private static String words(Node node) {
        StringBuilder words = new StringBuilder();
        node.accept(
                new AbstractVisitor() {
                    @Override
                    public void visit(Text text) {
                        words.append(text.getLiteral());
                    }

                    @Override
                    public void visit(Code code) {
                        words.append(code.getLiteral());
                    }
                });
        return words.toString();
    }
}
