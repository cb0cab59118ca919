package tandem.bench;

import java.util.ArrayList;
import java.util.List;

/// The rows of the result, printed as one Markdown table.
final class Table {
    private final List<String> rows = new ArrayList<>();

    /// What a row has to reach: a number that says how Tandem compares with the best there is, and
    /// the limit that it is held against. A number that is NaN was not measured here.
    record Target(String text, double measured, boolean met) {
        static final Target NONE = new Target("", Double.NaN, false);

        static Target atMost(double limit, String unit, double measured) {
            return new Target("≤ " + number(limit) + unit, measured, measured <= limit);
        }

        static Target atLeast(double limit, String unit, double measured) {
            return new Target("≥ " + number(limit) + unit, measured, measured >= limit);
        }

        private static String number(double limit) {
            return String.valueOf(limit).replaceFirst("\\.0$", "") + " ";
        }

        private String cells() {
            if (text.isEmpty()) {
                return "| | ";
            }
            String verdict = Double.isNaN(measured) ? "—" : met ? "yes" : "**no**";
            return "%s | %s | %s".formatted(text, Figure.text(measured), verdict);
        }
    }

    void row(String what, String unit, Figure tandem, Figure c, Figure python, Target target) {
        rows.add(
                "| %s | %s | %s | %s | %s | %s | %s | %s |"
                        .formatted(
                                what,
                                unit,
                                tandem,
                                c,
                                python,
                                Figure.text(tandem.over(c)),
                                Figure.text(tandem.over(python)),
                                target.cells()));
    }

    /// A row that only gives another one its scale.
    void row(String what, String unit, Figure java, Figure c, Figure python) {
        row(what, unit, java, c, python, Target.NONE);
    }

    @Override
    public String toString() {
        return """
        | what | unit | Tandem | C | Python | ÷ C | ÷ Python | target | measured | met |
        |---|---|---|---|---|---|---|---|---|---|
        """
                + String.join("\n", rows);
    }
}
