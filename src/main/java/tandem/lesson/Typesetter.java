package tandem.lesson;

import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.Emphasis;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.OrderedList;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.StrongEmphasis;
import org.commonmark.node.Text;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.WCWidth;

/// Markdown for a terminal: paragraphs of its width, code in a colour, what is stressed in bold.
final class Typesetter extends AbstractVisitor {
    static final AttributedStyle BOLD = AttributedStyle.DEFAULT.bold();
    static final AttributedStyle GOOD = BOLD.foreground(AttributedStyle.GREEN);
    static final AttributedStyle MISSING = BOLD.foreground(AttributedStyle.YELLOW);
    private static final AttributedStyle CODE =
            AttributedStyle.DEFAULT.foreground(AttributedStyle.CYAN);

    private static final int WIDEST = 92;
    private static final String INDENT = "    ";

    /// What no line begins with.
    private static final String CLOSING = "，。；：、？！）」”’》…,.;:?!)";

    private final int columns;
    private final StringBuilder out = new StringBuilder();
    private AttributedStringBuilder line = new AttributedStringBuilder();
    private AttributedStyle style = AttributedStyle.DEFAULT;
    private String indent = "";
    private String mark = "";

    private Typesetter(int columns) {
        this.columns = Math.min(columns, WIDEST);
    }

    /// @param columns how wide it may be
    /// @return lines with colours, each with its end
    static String text(Node node, int columns) {
        Typesetter typesetter = new Typesetter(columns);
        node.accept(typesetter);
        return typesetter.out.toString();
    }

    /// Words in one style.
    static String text(String words, AttributedStyle style, int columns) {
        Typesetter typesetter = new Typesetter(columns);
        typesetter.line.append(words, style);
        typesetter.end();
        return typesetter.out.toString();
    }

    @Override
    public void visit(Paragraph paragraph) {
        visitChildren(paragraph);
        end();
    }

    @Override
    public void visit(FencedCodeBlock fence) {
        fence.getLiteral()
                .lines()
                .forEach(code -> out.append(styled(indent + INDENT + code, CODE)).append('\n'));
    }

    @Override
    public void visit(BlockQuote quote) {
        visitChildren(quote);
    }

    @Override
    public void visit(BulletList list) {
        visitChildren(list);
    }

    @Override
    public void visit(OrderedList list) {
        visitChildren(list);
    }

    @Override
    public void visit(ListItem item) {
        String before = indent;
        int number = 1;
        for (Node one = item.getPrevious(); one != null; one = one.getPrevious()) {
            number++;
        }
        mark = item.getParent() instanceof OrderedList ? number + ". " : "- ";
        indent = before + " ".repeat(mark.length());
        visitChildren(item);
        indent = before;
    }

    @Override
    public void visit(Text text) {
        line.append(text.getLiteral(), style);
    }

    @Override
    public void visit(Code code) {
        line.append(code.getLiteral(), CODE);
    }

    @Override
    public void visit(Emphasis emphasis) {
        in(AttributedStyle.DEFAULT.italic(), emphasis);
    }

    @Override
    public void visit(StrongEmphasis emphasis) {
        in(BOLD, emphasis);
    }

    private void in(AttributedStyle other, Node node) {
        AttributedStyle before = style;
        style = other;
        visitChildren(node);
        style = before;
    }

    /// Chinese has no blanks between words.
    @Override
    public void visit(SoftLineBreak lineBreak) {
        if (line.length() > 0 && !isWide(line.charAt(line.length() - 1))) {
            line.append(" ", style);
        }
    }

    @Override
    public void visit(HardLineBreak lineBreak) {
        end();
    }

    private static boolean isWide(char character) {
        return WCWidth.wcwidth(character) == 2;
    }

    private static String styled(String text, AttributedStyle style) {
        return new AttributedString(text, style).toAnsi();
    }

    /// Writes what there is of a paragraph, in as many rows as it takes. A row ends at a blank, or beside a
    /// character as wide as two.
    private void end() {
        AttributedString words = line.toAttributedString();
        line = new AttributedStringBuilder();
        int from = 0;
        String before =
                indent.isEmpty() ? "" : indent.substring(0, indent.length() - mark.length()) + mark;
        mark = "";
        while (from < words.length()) {
            int end = endOfRow(words, from);
            out.append(before).append(words.subSequence(from, end).toAnsi()).append('\n');
            before = indent;
            from = end;
            while (from < words.length() && words.charAt(from) == ' ') {
                from++;
            }
        }
    }

    private int endOfRow(AttributedString words, int from) {
        int room = columns - 1 - indent.length();
        int best = -1;
        int width = 0;
        for (int at = from; at < words.length(); at++) {
            if (at > from && mayEnd(words, at)) {
                best = at;
            }
            width += Math.max(0, WCWidth.wcwidth(words.charAt(at)));
            if (width > room) {
                return best > 0 ? best : at;
            }
        }
        return words.length();
    }

    private static boolean mayEnd(AttributedString words, int at) {
        char before = words.charAt(at - 1);
        char next = words.charAt(at);
        return next == ' '
                || (isWide(before) || isWide(next))
                        && CLOSING.indexOf(next) < 0
                        && "（「“《".indexOf(before) < 0;
    }
}
