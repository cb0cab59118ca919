/// Uses nothing of the kit, and is busy for ever.
void main() {
    IO.println("looping " + ProcessHandle.current().pid());
    while (true) {
        Thread.onSpinWait();
    }
}
