/// What `java Hello.java` takes: prints the moment of its first instruction.
void main() {
    System.out.println(System.nanoTime());
}
