import static tandem.Tandem.*;

import tandem.*;

/// Sets an event when it has come up, and stays until it is ended from outside. A shutdown hook
/// says so.
void main() {
    Event up = arg(0);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> IO.println("the hook has run")));
    up.set();
    new Event().await();
}
