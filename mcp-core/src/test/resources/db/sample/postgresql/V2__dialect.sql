insert into sample (word) values ('postgresql');
