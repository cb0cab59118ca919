package tandem.travel;

import java.io.Serial;
import java.io.Serializable;

/// Stands for a class of a program where a JVM gets ready for one: it is defined once more there, from
/// its bytes.
final class Traveller implements Serializable {
    @Serial private static final long serialVersionUID = 1;

    private static Object shared;

    String own;
    int number;

    private Traveller() {}

    static Runnable code(Object object, int number) {
        return (Runnable & Serializable) () -> shared = object + " " + number;
    }

    @Override
    public String toString() {
        return shared + " " + own + number;
    }
}
