package tandem.timeline;

import java.util.ArrayList;
import java.util.List;

/// Where the times of a run stand in a picture: at round numbers.
///
/// @param step nanoseconds from one to the next
record Axis(long nanos, long step) {
    private static final long[] ROUND = {1, 2, 5};

    /// @param most how many steps there is room for
    static Axis of(long nanos, int most) {
        for (long unit = 1_000; ; unit *= 10) {
            for (long round : ROUND) {
                if (nanos / (unit * round) < most) {
                    return new Axis(nanos, unit * round);
                }
            }
        }
    }

    List<Long> times() {
        List<Long> times = new ArrayList<>();
        for (long time = 0; time <= nanos; time += step) {
            times.add(time);
        }
        return times;
    }

    static String label(long time) {
        return time == 0 ? "0" : Text.duration(time);
    }
}
