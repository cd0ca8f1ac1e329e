module example.com/advicekept

go 1.27
