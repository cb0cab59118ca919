import static tandem.Tandem.*;

/// Waits until it is ended.
void main() {
    args();
    new tandem.Event().await();
}
