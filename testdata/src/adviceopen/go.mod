module example.com/adviceopen

go 1.27
