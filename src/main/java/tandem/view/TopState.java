package tandem.view;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// What a person has chosen to see in `top`.
final class TopState {
    /// The orders, one after the other by `s`.
    enum Order {
        START("start"),
        NAME("name"),
        BUSY("busiest"),
        WAITING("longest wait");

        final String title;

        Order(String title) {
            this.title = title;
        }

        Order next() {
            return values()[(ordinal() + 1) % values().length];
        }

        Comparator<Scene.Member> ofMembers() {
            return switch (this) {
                case START -> (_, _) -> 0;
                case NAME -> Comparator.comparing(Scene.Member::name);
                case BUSY -> Comparator.comparingDouble(m -> Double.isNaN(m.cpu()) ? 0 : -m.cpu());
                case WAITING -> Comparator.comparingLong(m -> -m.waited());
            };
        }

        Comparator<Scene.Item> ofItems() {
            return switch (this) {
                case START -> (_, _) -> 0;
                case NAME -> Comparator.comparing(Scene.Item::name);
                case BUSY -> Comparator.comparingDouble(i -> -i.perSecond());
                case WAITING -> Comparator.comparingInt(i -> -i.waiting().size());
            };
        }
    }

    Order order = Order.START;
    String filter = "";
    boolean isTyping;
    boolean isPaused;
    boolean isLarge;
    boolean isHelp;

    /// What the person is asked, null when nothing.
    String question;

    /// What was done last, null when nothing.
    String message;

    /// The object that is looked into, null when none.
    Scene.Item opened;

    /// The first of its elements that is shown.
    long from;

    /// The row that is selected: where it was when it was drawn last.
    Object selected;

    private int position;

    /// Makes the selection one of these rows: the same as before, else what stands in its place.
    int select(List<?> selectable) {
        int at = selectable.indexOf(selected);
        position = at >= 0 ? at : Math.clamp(position, 0, Math.max(0, selectable.size() - 1));
        selected = selectable.isEmpty() ? null : selectable.get(position);
        return position;
    }

    /// Moves the selection by some rows.
    void move(List<?> selectable, int by) {
        select(selectable);
        position = Math.clamp(position + (long) by, 0, Math.max(0, selectable.size() - 1));
        selected = selectable.isEmpty() ? null : selectable.get(position);
    }

    boolean passes(String... texts) {
        for (String text : texts) {
            if (text.toLowerCase(Locale.ROOT).contains(filter.toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }
}
