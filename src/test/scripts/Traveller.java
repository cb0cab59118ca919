import static tandem.Tandem.*;

import tandem.*;

/// Holds the lock that guards its first two arguments, and that of an array which guards the fourth,
/// until it is told that this is enough.
void main() {
    Array left = arg(0);
    Array right = arg(1);
    Array own = arg(2);
    Array under = arg(3);
    Lock shared = arg(4);
    Lock ofOwn = arg(5);
    Event held = arg(6);
    Event enough = arg(7);
    if (left.lock() != shared || right.lock() != shared) {
        throw new IllegalStateException("left and right have lost their lock");
    }
    if (own.lock() != ofOwn || under.lock() != ofOwn) {
        throw new IllegalStateException("an array's lock has not come with it");
    }
    try (var _ = left.hold();
            var _ = own.hold()) {
        held.set();
        enough.await(seconds(20));
    }
}
