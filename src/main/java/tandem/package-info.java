/// What a program uses: `import static tandem.Tandem.*;` and `import tandem.*;`.
///
/// | to … | use |
/// |---|---|
/// | share numbers | [tandem.Array], with a lock or without |
/// | share one number | [tandem.Value] |
/// | let one process at a time do something | [tandem.Lock], or the lock of an array: [tandem.Guarded#hold] |
/// | let a few at a time do something | [tandem.Semaphore] |
/// | wait until what a lock guards has changed | [tandem.Condition], by [tandem.Lock#newCondition] |
/// | tell others that something has happened | [tandem.Event] |
/// | wait until what a lock guards is so | [tandem.Condition], by [tandem.Lock#newCondition] |
/// | let so many at a time do something | [tandem.Semaphore] |
/// | let many read at a time, or one write | [tandem.ReadWriteLock] |
/// | wait until all have come so far | [tandem.Barrier] |
/// | share a map, a list, or any object behind an interface | [tandem.Manager] |
/// | run code in a JVM of its own | [tandem.Tandem#spawn(Code.Action0)], a [tandem.Worker] |
/// | have something computed there | [tandem.Tandem#call(Code.Function0)], a [tandem.Call] |
/// | run a source file there | [tandem.Tandem#spawn(Script, Object...)] |
/// | give a worker a name | [tandem.Tandem#named(String)] |
///
/// Shared objects are given to `spawn` and `call` as arguments, or captured by a lambda: the worker has
/// the same object. All else that code takes along is a copy, so that a worker changes nothing but what
/// is shared.
///
/// ```java
/// var a = Array.of("i", 3);
/// var p = spawn(x -> x.add(0, 1), a);
/// p.join();
/// a.get(0);                            // 1
/// ```
///
/// A JVM waits with the help of Linux when it may call its functions
/// (`--enable-native-access=ALL-UNNAMED`, or `=tandem` for a module), and in Java alone otherwise.
package tandem;
