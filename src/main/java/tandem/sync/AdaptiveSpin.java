package tandem.sync;

/// Looking again and again, before a thread sleeps, at what it waits for. For several threads.
public final class AdaptiveSpin {
    /*
     * Overview. To fall asleep and to be woken takes longer than most of what is waited for when two
     * threads take turns. So who waits looks for about as long as that takes, and sleeps only then. When
     * the last wait was long, looking would be in vain, and the thread sleeps at once. It was not long
     * when it was that of two who both slept, and were both woken. Between two looks the processor is for
     * others: what is waited for may need it.
     *
     * The last wait may have been another thread's, and is read without care: a guess too many costs
     * one look, or one sleep.
     */
    private static final long NANOS = 50_000;
    private static final long SHORT_NANOS = 3 * NANOS;

    private boolean wasShort;

    /// A look at what is waited for.
    public interface Look<E extends Exception> {
        boolean isOver() throws E;
    }

    /// Looks, if that is worth its time.
    ///
    /// @param start when the wait began, of System.nanoTime()
    /// @return whether it is over
    public <E extends Exception> boolean sees(long start, Look<E> look) throws E {
        if (!wasShort) {
            return false;
        }
        do {
            if (look.isOver()) {
                return true;
            }
            Thread.yield();
        } while (System.nanoTime() - start < NANOS);
        return false;
    }

    /// Tells of a wait that is over.
    public void learn(long nanos) {
        wasShort = nanos < SHORT_NANOS;
    }
}
