/// Python's `multiprocessing`, rebuilt for Java and for the JShell prompt: shared arrays, locks and
/// events, and worker processes.
///
/// A program opens the packages whose code it spawns to this module, which reads what a lambda has
/// captured: `opens p to tandem;`, or `open module`. It is started with
/// `--enable-native-access=tandem`; without, waiting is done in Java alone. In a worker, all that the
/// parent has on its module path is on the class path.
@SuppressWarnings("requires-automatic")
module tandem {
    requires java.compiler;
    requires jdk.jfr;
    requires jdk.net;
    requires jdk.unsupported;
    requires static java.instrument;
    requires static java.logging;
    requires static jdk.compiler;
    requires static jdk.jshell;
    requires static org.commonmark;
    requires static org.jline;
    requires static redis.clients.jedis;

    exports tandem;
    exports tandem.sync;
    exports tandem.view;
}
