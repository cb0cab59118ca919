import static tandem.Tandem.millis;

import tandem.*;

/// A process that nobody spawned: makes a session of its own, attaches the array whose path it is
/// given, adds 1 to its first element, and waits for a line on its input. It says the path of an
/// object of its own, and whether the array's lock was free when it came.
void main(String[] args) {
    var own = Array.of("i", 3);
    var lock = new Lock();
    var event = new Event();
    var array = Array.attach(Path.of(args[0]));
    IO.println(own.path());
    IO.println(array.lock().acquire(millis(50)));
    IO.readln();
    array.add(0, 1);
    IO.println(array.slice());
    own.add(0, lock.isHeld() || event.isSet() ? 1 : 0);
}
