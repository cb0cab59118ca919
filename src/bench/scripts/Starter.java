import static tandem.Tandem.*;

import tandem.*;

/// Notes the moment of its first instruction.
void main() {
    long now = System.nanoTime();
    Array moment = arg(0);
    moment.set(0, now);
}
