package tandem.timeline;

import tandem.record.Recorded;

import java.util.List;

/// Runs of what a test has made up.
public final class Runs {
    private Runs() {}

    /// Draws what was recorded in all ways.
    public static void draw(List<Recorded> all) {
        Run run = Run.of(all, 1_000, System.nanoTime(), List.of());
        Paper.draw(run, 80, true);
        Svg.of(run);
        TraceEvents.of(run);
    }
}
