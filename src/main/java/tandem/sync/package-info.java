/// How processes wait for each other. A program meets two exceptions of this package:
/// [tandem.sync.DeadlockException], when threads would wait for each other for ever, and
/// [tandem.sync.UncheckedInterruptedException], when a thread is interrupted while it waits. The other
/// classes are what [tandem.Lock], [tandem.Array] and [tandem.Event] are made of.
package tandem.sync;
