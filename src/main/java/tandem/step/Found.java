package tandem.step;

import java.util.List;

/// What a search has found.
///
/// @param schedule that breaks the program, null when none does
/// @param reason what went wrong, null when nothing did
/// @param steps of the run that broke, in words
/// @param tried how many runs it took
/// @param isComplete whether these were all there are
public record Found(
        Schedule schedule, String reason, List<String> steps, int tried, boolean isComplete) {
    public Found {
        steps = List.copyOf(steps);
    }
}
