package tandem.view;

import org.jline.utils.AttributedStyle;

/// How the parts of a view are set off from each other. What matters is never said by colour alone:
/// without colours the words remain, and bold and inverse letters.
///
/// @param hasColors whether there are colours
/// @param isLarge for a projector: all in bold
record Palette(boolean hasColors, boolean isLarge) {
    /// With colours, unless `NO_COLOR` is set.
    static Palette ofEnvironment() {
        String off = System.getenv("NO_COLOR");
        return new Palette(off == null || off.isEmpty(), false);
    }

    AttributedStyle text() {
        return isLarge ? AttributedStyle.BOLD : AttributedStyle.DEFAULT;
    }

    AttributedStyle title() {
        return AttributedStyle.BOLD;
    }

    /// Heads of columns, and what is not urgent.
    AttributedStyle quiet() {
        return isLarge ? AttributedStyle.BOLD.underline() : color(AttributedStyle.CYAN);
    }

    AttributedStyle selected() {
        return AttributedStyle.INVERSE.bold();
    }

    AttributedStyle question() {
        return alarm().inverse();
    }

    AttributedStyle changed() {
        return AttributedStyle.INVERSE.bold();
    }

    private AttributedStyle alarm() {
        return color(AttributedStyle.RED).bold();
    }

    AttributedStyle of(Scene.State state) {
        return switch (state) {
            case RUNNING -> color(AttributedStyle.GREEN);
            case STARTING, SPARE -> quiet();
            case WAITING -> color(AttributedStyle.YELLOW);
            case STOPPED -> color(AttributedStyle.MAGENTA).bold();
            case DEAD, IN_CIRCLE -> alarm();
        };
    }

    AttributedStyle of(Scene.Status status) {
        return switch (status) {
            case NONE, FREE -> text();
            case HELD -> color(AttributedStyle.YELLOW);
            case ORPHANED, IN_CIRCLE -> alarm();
        };
    }

    private AttributedStyle color(int color) {
        return hasColors ? text().foreground(color) : text();
    }
}
