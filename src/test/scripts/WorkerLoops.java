import static tandem.Tandem.*;

/// Tells its process id, and is then busy for ever; no call ever looks around.
void main() {
    IO.println("looping " + current().pid());
    while (true) {
        Thread.onSpinWait();
    }
}
