package tandem.memory;

/// The elements that a slice names, by Python's rules: bounds are clipped, never refused.
///
/// @param start the first element
/// @param step from one element to the next
/// @param count how many there are
public record Range(long start, long step, long count) {

    /// @param from the first element, negative from the end, null for the natural one
    /// @param to the element before which to stop, negative from the end, null for the natural one
    /// @param step not zero
    /// @param length of the array
    public static Range of(Long from, Long to, long step, long length) {
        if (step == 0) {
            throw Trace.trim(new IllegalArgumentException("the step of a slice cannot be zero"));
        }
        boolean forward = step > 0;
        long lowest = forward ? 0 : -1;
        long highest = forward ? length : length - 1;
        long start =
                from == null ? (forward ? lowest : highest) : clip(from, lowest, highest, length);
        long stop = to == null ? (forward ? highest : lowest) : clip(to, lowest, highest, length);
        long span = forward ? stop - start : start - stop;
        long stride = step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step);
        return new Range(start, step, span <= 0 ? 0 : (span - 1) / stride + 1);
    }

    private static long clip(long bound, long lowest, long highest, long length) {
        return Math.clamp(bound < 0 ? bound + length : bound, lowest, highest);
    }
}
