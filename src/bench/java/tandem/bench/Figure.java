package tandem.bench;

import java.util.Arrays;
import java.util.Locale;

/// What several rounds of one measurement came to: their median, and their spread as the smallest
/// and the largest. `NONE` stands for a competitor that this machine lacks; whatever is reckoned
/// with it is NaN, and prints as a dash.
record Figure(double median, double min, double max) {
    static final Figure NONE = new Figure(Double.NaN, Double.NaN, Double.NaN);

    static Figure of(double... rounds) {
        double[] sorted = rounds.clone();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        double median = (sorted[last / 2] + sorted[(last + 1) / 2]) / 2;
        return new Figure(median, sorted[0], sorted[last]);
    }

    /// How many times the other's median this one's is.
    double over(Figure other) {
        return median / other.median;
    }

    Figure times(double factor) {
        return new Figure(median * factor, min * factor, max * factor);
    }

    /// The rate in GB/s of a step that takes these nanoseconds for so many bytes: the slowest step
    /// is the lowest rate.
    Figure asRate(double bytes) {
        return new Figure(bytes / median, bytes / max, bytes / min);
    }

    @Override
    public String toString() {
        return min == max
                ? text(median)
                : Double.isNaN(median)
                        ? "—"
                        : "%s (%s–%s)".formatted(text(median), text(min), text(max));
    }

    /// Three digits that count, or a dash.
    static String text(double value) {
        if (Double.isNaN(value)) {
            return "—";
        }
        int digits = Math.clamp(2 - (long) Math.floor(Math.log10(Math.abs(value))), 0, 4);
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
