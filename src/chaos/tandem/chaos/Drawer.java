package tandem.chaos;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/// The till. It has no lock, as calls of a managed object are made one at a time.
final class Drawer implements Till {
    private final long[] amounts;
    private long total;
    private long breaks;
    private boolean isInUse;

    Drawer(int workers) {
        amounts = new long[workers];
    }

    @Override
    public long add(int worker, long amount) {
        return change(worker, before -> before + amount);
    }

    /// The caller may be killed within.
    @Override
    public long change(int worker, LongUnaryOperator how) {
        look();
        isInUse = true;
        total -= amounts[worker];
        try {
            amounts[worker] = how.applyAsLong(amounts[worker]);
        } finally {
            total += amounts[worker];
            isInUse = false;
        }
        return amounts[worker];
    }

    @Override
    public long amount(int worker) {
        look();
        return amounts[worker];
    }

    @Override
    public long breaks() {
        look();
        return breaks;
    }

    private void look() {
        if (isInUse || total != Arrays.stream(amounts).sum()) {
            breaks++;
            System.err.printf(
                    "BROKEN till: %d of %s, in use: %b%n",
                    total, Arrays.toString(amounts), isInUse);
        }
    }
}
