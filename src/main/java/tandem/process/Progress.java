package tandem.process;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// How far a call is, shown on a terminal once a second. For one thread.
public final class Progress {
    private static final long SHOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String what;
    private final int total;
    private final long since = System.nanoTime();
    private long shownAt = since;

    /// @param total how many items there are, −1 when that is not known
    public Progress(String what, int total) {
        this.what = what;
        this.total = total;
    }

    /// Shows it, when that was not done for a second.
    ///
    /// @param done how many items
    public void show(int done) {
        long now = System.nanoTime();
        if (total > 1 && now - shownAt >= SHOWN_NANOS) {
            shownAt = now;
            Screen.status(text(what, done, total, now - since));
        }
    }

    /// Clears what was shown.
    public void end() {
        if (shownAt != since) {
            Screen.status("");
        }
    }

    /// `map: 1 200 of 10 000, 12 s left`.
    public static String text(String what, int done, int total, long nanos) {
        String text = "%s: %s of %s".formatted(what, grouped(done), grouped(total));
        if (done == 0) {
            return text;
        }
        double left = nanos / 1e9 / done * (total - done);
        return text + ", " + inWords(Math.round(left)) + " left";
    }

    private static String grouped(int number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    private static String inWords(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        return minutes < 120 ? minutes + " min" : minutes / 60 + " h";
    }
}
